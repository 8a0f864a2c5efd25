"""Papers similar to several, to a tag, or to a text."""

from typing import Annotated, Literal

import msgspec
from litestar import post
from msgspec import Meta

from common.errors import UsageError
from common.ids import now
from common.paperid import parse
from common.ranking.recipe import RECIPE
from gateway import nearby, queries, switched
from gateway.nearby import Near
from gateway.principal import principal
from gateway.shelf import said, told
from gateway.shelf.forms import Tag
from gateway.shelf.told import RecommendationList
from gateway.wiring import AnyRequest, Wiring

MAX_PAPERS = 100
MAX_TEXT_CHARS = 10_000
Id = Annotated[str, Meta(max_length=300)]
Day = Annotated[str, Meta(max_length=40, examples=["2026-07-14"])]


class SimilarAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What papers are to be similar to: to all that is named together; and which of them."""

    papers: Annotated[tuple[Id, ...], Meta(max_length=MAX_PAPERS, examples=[["2401.00001"]])] = ()
    tag: Tag = ""
    text: Annotated[str, Meta(max_length=MAX_TEXT_CHARS)] = ""
    category: Annotated[tuple[Annotated[str, Meta(max_length=80)], ...], Meta(max_length=50)] = ()
    feed: Annotated[str, Meta(max_length=80)] = ""
    date_from: Day = ""
    date_to: Day = ""
    has_pdf: bool | None = None
    full_text: bool | None = None
    sort: Literal["similarity", "date", "blend"] = "similarity"
    limit: Annotated[int, Meta(ge=1, le=100)] = 10
    explain: bool = False

    def near(self) -> Near:
        """The question; raises UsageError."""
        text = " ".join(self.text.replace("\x00", " ").split())
        if self.text and not text:
            raise UsageError("text", "is empty; write what you look for, or leave it out")
        return Near(
            wanted=queries.filters(
                category=list(self.category),
                feed=self.feed or None,
                dates=(self.date_from or None, self.date_to or None),
                has_pdf=self.has_pdf,
                full_text=self.full_text,
            ),
            papers=tuple(dict.fromkeys(parse(one).key for one in self.papers)),
            tag=said.tag(self.tag) if self.tag else "",
            text=text,
            sort=self.sort,
            limit=self.limit,
        )


@post("/similar", status_code=200, tags=["recommendations"], summary="Papers similar to several")
async def similar_to(request: AnyRequest, data: SimilarAsked, stores: Wiring) -> RecommendationList:
    """The nearest papers to all that is named, without those; with the reason for each."""
    switched.need(stores, "similar")
    shelf = await stores.shelves.of(principal(request))
    found = await nearby.near(stores, shelf, data.near(), today=now())
    return RecommendationList(
        items=[told.item(one, explain=data.explain) for one in found],
        basis="similar",
        days=0,
        recipe=RECIPE.version,
    )
