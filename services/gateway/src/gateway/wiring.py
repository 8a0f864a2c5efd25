"""What handlers are given: the stores, and checked values from the query string."""

from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from litestar import Request
from litestar.di import Provide
from litestar.params import Dependency, Parameter

from common.errors import UsageError
from common.licences import NAMES
from gateway import queries
from gateway.cursors import MAX_CHARS
from gateway.gate import Gate
from gateway.hub import Hub
from gateway.ports import Filters, Stores

QUERY = "query"
"""Key of ``opt`` that holds the query parameters a route knows."""
NOTICES = "notices"
"""Where the application keeps what every page tells."""
FILTERS = (
    *("category", "feed", "date_from", "date_to", "year"),
    *("has_pdf", "full_text", "has_summary", "licence"),
)
PAGED = ("cursor", "limit")

Wiring = Annotated[Stores, Dependency(skip_validation=True)]
Live = Annotated[Hub, Dependency(skip_validation=True)]
Door = Annotated[Gate, Dependency(skip_validation=True)]
Wanted = Annotated[Filters, Dependency(skip_validation=True)]
AnyRequest = Request[Any, Any, Any]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Where a list goes on, and how long it may be."""

    cursor: str | None
    limit: int


Paging = Annotated[Page, Dependency(skip_validation=True)]
Dates = Annotated[tuple[str | None, str | None], Dependency(skip_validation=True)]


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of the state papers are in."""

    has_pdf: bool | None
    full_text: bool | None
    has_summary: bool | None
    licence: list[str] | None


Conditioned = Annotated[Condition, Dependency(skip_validation=True)]


def provide_dates(
    date_from: Annotated[
        str | None, Parameter(description="First day, like 2026-07-14", max_length=40)
    ] = None,
    date_to: Annotated[
        str | None, Parameter(description="Last day, like 2026-07-31", max_length=40)
    ] = None,
) -> tuple[str | None, str | None]:
    """The days a list is limited to."""
    return date_from, date_to


def provide_condition(
    licence: Annotated[
        list[str] | None,
        Parameter(description=f"One of {', '.join(NAMES)}; repeat it or use commas"),
    ] = None,
    *,
    has_pdf: bool | None = None,
    full_text: bool | None = None,
    has_summary: bool | None = None,
) -> Condition:
    """What a list is limited to beside its subject."""
    return Condition(has_pdf=has_pdf, full_text=full_text, has_summary=has_summary, licence=licence)


def provide_filters(
    dates: Dates,
    condition: Conditioned,
    category: Annotated[
        list[str] | None, Parameter(description="Category like cs.LG; repeat it or use commas")
    ] = None,
    *,
    feed: Annotated[str | None, Parameter(description="Name of a feed", max_length=80)] = None,
    year: Annotated[
        str | None,
        Parameter(description="2024, 2020..2024, 2020.. or ..2019, by announcement", max_length=40),
    ] = None,
) -> Filters:
    """The filters of a list or a search."""
    found = queries.filters(
        category=category,
        feed=feed,
        dates=dates,
        has_pdf=condition.has_pdf,
        full_text=condition.full_text,
    )
    return queries.further(
        found, has_summary=condition.has_summary, licence=condition.licence, year=year
    )


def provide_page(
    cursor: Annotated[
        str | None, Parameter(description="next_cursor of the page before", max_length=MAX_CHARS)
    ] = None,
    limit: Annotated[int, Parameter(ge=1, le=100, description="How many at most")] = 20,
) -> Page:
    """Which part of a list."""
    return Page(cursor=cursor, limit=limit)


QUERY_DEPENDENCIES = {
    "dates": Provide(provide_dates, sync_to_thread=False),
    "condition": Provide(provide_condition, sync_to_thread=False),
    "filters": Provide(provide_filters, sync_to_thread=False),
    "page": Provide(provide_page, sync_to_thread=False),
}


async def check_query(request: AnyRequest) -> None:
    """Refuse query parameters a route does not know: a misspelt filter must not be ignored."""
    known: tuple[str, ...] = request.route_handler.opt.get(QUERY, ())
    for name in request.query_params:
        if name not in known:
            told = ", ".join(known) if known else "none"
            raise UsageError(name[:60], f"is not a parameter here; known are: {told}")


def paper_of(path_part: str) -> str:
    """The paper id in a path, slashes decoded."""
    return path_part.replace("%2F", "/")


def next_link(request: AnyRequest, cursor: str) -> str | None:
    """The same question with another cursor."""
    if not cursor:
        return None
    asked = [(k, v) for k, v in request.query_params.multi_items() if k != "cursor"]
    return f"{request.url.path}?{urlencode([*asked, ('cursor', cursor)])}"
