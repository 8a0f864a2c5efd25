"""Search over all papers."""

from typing import Annotated

from litestar import get
from litestar.params import Dependency, Parameter

from common.errors import UsageError
from gateway import listing, queries, switched
from gateway.listing import Question
from gateway.views import HitList
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

Asked = Annotated[Question, Dependency(skip_validation=True)]


def provide_question(
    filters: Wanted,
    q: Annotated[
        str | None, Parameter(description="Words, a title, or a paper id in any form")
    ] = None,
    *,
    mode: Annotated[
        str, Parameter(description="hybrid (default), keyword or semantic", max_length=40)
    ] = "hybrid",
) -> Question:
    """The question in a query string."""
    if q is None:
        raise UsageError("q", "is missing; write a few words, a title or a paper id")
    return Question(queries.query(q), queries.mode(mode), filters)


@get(
    "/search",
    opt={QUERY: ("q", "mode", *FILTERS, *PAGED)},
    tags=["search"],
    summary="Search papers",
)
async def search(request: AnyRequest, stores: Wiring, question: Asked, page: Paging) -> HitList:
    """Papers by words and by meaning, best first; an id goes straight to its paper."""
    switched.need(stores, "search")
    found = await listing.search(stores.index, question, limit=page.limit, cursor=page.cursor)
    return HitList(
        items=found.items,
        query=question.text,
        mode=question.mode,
        took_ms=found.took_ms,
        paper=found.paper,
        next_cursor=found.cursor or None,
        next=next_link(request, found.cursor),
    )
