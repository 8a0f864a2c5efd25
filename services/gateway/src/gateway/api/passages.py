"""Search inside all papers."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.di import Provide
from litestar.params import Dependency, Parameter

from common.errors import UsageError
from common.paperid import parse
from gateway import listing_passages, queries, switched
from gateway.listing_passages import MOST_HITS
from gateway.ports import Filters
from gateway.views_passages import FoundPassages
from gateway.wiring import QUERY, Dates, Wiring

MAX_IDS = 100
Inside = Annotated[Filters, Dependency(skip_validation=True)]


def provide_inside(
    dates: Dates,
    category: Annotated[
        list[str] | None, Parameter(description="Category like cs.LG; repeat it or use commas")
    ] = None,
    *,
    feed: Annotated[str | None, Parameter(description="Name of a feed", max_length=80)] = None,
    ids: Annotated[
        list[str] | None, Parameter(description="Only in these papers; repeat it or use commas")
    ] = None,
) -> Filters:
    """Which passages to look at."""
    wanted = queries.filters(category=category, feed=feed, dates=dates)
    return msgspec.structs.replace(wanted, ids=_keys(ids or []) or None)


@get(
    "/passages",
    opt={QUERY: ("q", "category", "feed", "date_from", "date_to", "ids", "limit")},
    dependencies={"inside": Provide(provide_inside, sync_to_thread=False)},
    tags=["search"],
    summary="Search inside papers",
)
async def passages(
    stores: Wiring,
    inside: Inside,
    *,
    q: Annotated[str | None, Parameter(description="A question, or a few words")] = None,
    limit: Annotated[int, Parameter(ge=1, le=MOST_HITS, description="How many at most")] = 10,
) -> FoundPassages:
    """Passages of all papers by words and by meaning, at most three of a paper.

    Those of a paper stand together, the paper with the best passage first. There are no further
    pages: narrow the question or the filters instead.
    """
    if q is None:
        raise UsageError("q", "is missing; write what you look for in the papers")
    text = queries.query(q)
    switched.need(stores, "search")
    found = await listing_passages.search(stores.index, text, inside, limit=limit)
    return FoundPassages(items=found.items, query=text, took_ms=found.took_ms)


def _keys(ids: list[str]) -> tuple[str, ...]:
    written = [one.strip() for value in ids for one in value.split(",") if one.strip()]
    if len(written) > MAX_IDS:
        raise UsageError("ids", f"names {len(written)} papers, at most {MAX_IDS} are allowed")
    try:
        return tuple(dict.fromkeys(parse(one).key for one in written))
    except UsageError as error:
        raise UsageError("ids", error.message) from error
