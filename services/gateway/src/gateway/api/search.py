"""Search over all papers."""

from typing import Annotated

from litestar import get
from litestar.di import Provide
from litestar.params import Dependency, Parameter

from common.errors import UsageError
from common.ranking.recipe import RECIPE
from gateway import asked, facets, listing, switched
from gateway.asked import Manner, Personal, Question
from gateway.listing import Page
from gateway.principal import principal
from gateway.shelf.shelf import Shelf
from gateway.views import HitList
from gateway.views_facets import Facets
from gateway.wiring import (
    FILTERS,
    PAGED,
    QUERY,
    AnyRequest,
    Paging,
    Wanted,
    Wiring,
    next_link,
)

ASKED = ("q", "mode", "sort", "plain", *FILTERS, "scope", "tag", "read")
SCOPES = ("all", "library")
Asked = Annotated[Question, Dependency(skip_validation=True)]
Made = Annotated[Manner, Dependency(skip_validation=True)]
Own = Annotated[Personal, Dependency(skip_validation=True)]
OwnShelf = Annotated[Shelf, Dependency(skip_validation=True)]


def provide_manner(
    mode: Annotated[
        str, Parameter(description="hybrid (default), keyword or semantic", max_length=40)
    ] = "hybrid",
    sort: Annotated[
        str,
        Parameter(
            description="relevance (default); newest: papers that hold all words, by day; "
            "blend: relevance, newer ones first where they fit as well",
            max_length=40,
        ),
    ] = "relevance",
    *,
    plain: Annotated[
        bool, Parameter(description="Take q as text: no fields, no exclusions")
    ] = False,
) -> Manner:
    """How a search is made."""
    return Manner(mode, sort, plain)


def provide_personal(
    among: Annotated[
        str,
        Parameter(query="scope", description="all (default), or library: your own", max_length=40),
    ] = "all",
    tag: Annotated[str | None, Parameter(description="One of your tags", max_length=100)] = None,
    *,
    read: Annotated[bool | None, Parameter(description="Only what you read, or did not")] = None,
) -> Personal:
    """Which of one's own papers; an argument named ``scope`` would be given that of ASGI."""
    if among not in SCOPES:
        raise UsageError("scope", f"{among[:40]!r} is not one of {', '.join(SCOPES)}")
    return Personal(among == "library", tag or "", read)


async def provide_shelf(request: AnyRequest, stores: Wiring) -> Shelf:
    """What the person who asks says of papers."""
    return await stores.shelves.of(principal(request))


def provide_question(
    shelf: OwnShelf,
    filters: Wanted,
    manner: Made,
    personal: Own,
    q: Annotated[
        str | None,
        Parameter(
            description='Words, "phrases", -without, ti: au: abs: cat: id: year: feed: tag:, '
            "a title, or a paper id or DOI in any form"
        ),
    ] = None,
) -> Question:
    """The question in a query string."""
    if q is None:
        raise UsageError("q", "is missing; write a few words, a title or a paper id")
    return asked.question(q, manner, filters, personal, shelf=shelf)


QUESTION = {
    "manner": Provide(provide_manner, sync_to_thread=False),
    "personal": Provide(provide_personal, sync_to_thread=False),
    "shelf": Provide(provide_shelf),
    "question": Provide(provide_question, sync_to_thread=False),
}


@get(
    "/search",
    opt={QUERY: (*ASKED, "explain", *PAGED)},
    dependencies=QUESTION,
    tags=["search"],
    summary="Search papers",
)
async def search(
    request: AnyRequest,
    stores: Wiring,
    question: Asked,
    page: Paging,
    *,
    explain: Annotated[bool, Parameter(description="Say why each paper is where it is")] = False,
) -> HitList:
    """Papers by words and by meaning, best first; an id goes straight to its paper.

    Ranked lists end after 100 papers, lists by day do not. Pages never repeat or miss a paper
    while others arrive. A mistake in the query is told with its position.
    """
    switched.need(stores, "search")
    part = Page(page.limit, page.cursor, explain)
    found = await listing.search(stores.index, question, part, now_ms=listing.now_ms())
    return HitList(
        items=found.items,
        query=question.text,
        mode=question.mode,
        sort=question.manner.sort,
        recipe="" if question.by_day else RECIPE.version,
        took_ms=found.took_ms,
        paper=found.paper,
        next_cursor=found.cursor or None,
        next=next_link(request, found.cursor),
    )


@get(
    "/search/facets",
    opt={QUERY: ASKED},
    dependencies=QUESTION,
    tags=["search"],
    summary="How the papers of a search are spread",
)
async def search_facets(stores: Wiring, question: Asked) -> Facets:
    """Counts by category, feed, month, licence and state of the papers that hold all words."""
    switched.need(stores, "search")
    return await facets.facets(stores.index, question, question.wanted)
