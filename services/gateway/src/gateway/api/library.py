"""Your library: what you like, tag, and mean to read."""

from typing import Annotated

from litestar import Controller, delete, get, put
from litestar.params import Dependency, Parameter

from common.paperid import parse
from gateway.failures import Missing
from gateway.principal import principal
from gateway.shelf import said
from gateway.shelf.browsing import Narrowed, check_known, listed
from gateway.shelf.forms import (
    LibraryList,
    SaidChange,
    SaidView,
    TagItem,
    TagList,
    view,
)
from gateway.shelf.said import READINGS, Opinion
from gateway.wiring import PAGED, QUERY, AnyRequest, Paging, Wiring, next_link

Asked = Annotated[Narrowed, Dependency(skip_validation=True)]


def provide_narrowed(
    tag: Annotated[
        str | None, Parameter(description="Papers with this tag", max_length=300)
    ] = None,
    opinion: Annotated[
        Opinion | None, Parameter(description="Papers of which you say this")
    ] = None,
    *,
    reading: Annotated[
        str | None,
        Parameter(
            query="state",
            description="Papers in this reading state",
            schema_extra={"enum": READINGS},
        ),
    ] = None,
) -> Narrowed:
    """Which part of the library a query string names."""
    return Narrowed(
        said.tag(tag) if tag is not None else "",
        said.state(reading) if reading is not None else None,
        opinion,
    )


class Library(Controller):
    """``/library``: what one person says of papers."""

    path = "/library"
    tags = ("library",)

    @get("/", opt={QUERY: ("tag", "state", "opinion", *PAGED)}, summary="Your library")
    async def all(
        self, request: AnyRequest, stores: Wiring, page: Paging, narrowed: Asked
    ) -> LibraryList:
        """Papers of which you said something, what changed last first."""
        shelf = await stores.shelves.of(principal(request))
        found = await listed(stores, shelf, narrowed, limit=page.limit, cursor=page.cursor)
        return LibraryList(
            items=found.items,
            total=found.total,
            next_cursor=found.cursor or None,
            next=next_link(request, found.cursor),
        )

    @get("/tags", summary="Your tags")
    async def tags_of(self, request: AnyRequest, stores: Wiring) -> TagList:
        """Every tag with the number of its papers."""
        shelf = await stores.shelves.of(principal(request))
        items = [TagItem(tag=name, papers=len(papers)) for name, papers in shelf.tags.items()]
        return TagList(items=items)

    @get("/papers/{paper:path}", summary="What you say of a paper")
    async def one(self, request: AnyRequest, paper: str, stores: Wiring) -> SaidView:
        """Your opinion, your tags, and where you are in it."""
        named = parse(paper.removeprefix("/"))
        shelf = await stores.shelves.of(principal(request))
        if named.key not in shelf.papers():
            raise Missing(f"You have said nothing of {named.key} yet; PUT here to do so")
        return view(shelf.said(named.key))

    @put("/papers/{paper:path}", summary="Say something of a paper")
    async def say(
        self, request: AnyRequest, paper: str, data: SaidChange, stores: Wiring
    ) -> SaidView:
        """Only what is named changes; the same again changes nothing."""
        named = parse(paper.removeprefix("/"))
        shelf = await stores.shelves.of(principal(request))
        await check_known(stores, shelf, named)
        return view(await stores.shelves.say(principal(request), named.key, data.of))

    @delete("/papers/{paper:path}", summary="Take a paper out of your library")
    async def forget(self, request: AnyRequest, paper: str, stores: Wiring) -> None:
        """Everything you said of it is gone; again does nothing."""
        named = parse(paper.removeprefix("/"))
        await stores.shelves.forget(principal(request), named.key)
