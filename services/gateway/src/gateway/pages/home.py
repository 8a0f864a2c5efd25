"""The first page: newest papers, or what a search found."""

import asyncio

from litestar import Response, get

from common.errors import ServiceError, Unavailable, UsageError
from common.querying import QuerySyntaxError
from gateway import cards, facets, listing, queries, switched
from gateway.asked import Question
from gateway.failures import SwitchedOff
from gateway.listing import Page
from gateway.pages import render
from gateway.pages.bar import Bar, bar_of
from gateway.pages.found import LABELS, Shown, Spread, by_day, inside, mistake_of, spread
from gateway.pages.saying import shelf_or_none
from gateway.ports import Stores
from gateway.shelf.shelf import Shelf
from gateway.wiring import AnyRequest, Wiring

PER_PAGE = 25
MISTAKE = {"HX-Retarget": "#mistake", "HX-Reselect": "#mistake"}
"""While one types, a mistake is told beside what was found before."""


@get("/", include_in_schema=False)
async def home(request: AnyRequest, stores: Wiring) -> Response[bytes]:
    """Newest papers first; with a query what was found; what names a paper leads to it."""
    bar, typing = bar_of(request.query_params), _typing(request)
    shelf = await shelf_or_none(request, stores) or Shelf()
    question, wrong = _question(bar, shelf)
    mistake = mistake_of(bar.q, wrong)
    if mistake and typing:
        answer = render.page(request, "mistake.html", status=400, mistake=mistake)
        answer.headers |= MISTAKE
        return answer
    given = _id_of(bar.q)
    leads_on = not (bar.cursor or typing)
    uncounted = typing or (given and leads_on)
    (shown, status), counts = await asyncio.gather(
        _shown(stores, bar, shelf, question or wrong),
        asyncio.sleep(0, Spread()) if uncounted else _spread(stores, bar, shelf, question),
    )
    named = shown.paper or given
    if named and leads_on:
        return render.see(cards.page_path(named))
    answer = render.page(
        request,
        "home.html",
        status=status,
        ask=bar,
        mistake=mistake,
        shown=shown,
        named=named,
        shelf=shelf,
        groups=by_day(shown.items) if shown.dated else [],
        spread=counts,
        feeds=stores.feeds,
        live=bar.is_empty,
        typing=typing,
    )
    if named and typing:
        answer.headers["HX-Push-Url"] = "false"  # going back there would lead on to the paper
    return answer


@get("/counts", include_in_schema=False)
async def counts(request: AnyRequest, stores: Wiring) -> Response[bytes]:
    """What the list can be narrowed to: counting costs more than searching, so it comes after."""
    bar = bar_of(request.query_params)
    shelf = await shelf_or_none(request, stores) or Shelf()
    question, _ = _question(bar, shelf)
    found = await _spread(stores, bar, shelf, question)
    return render.page(request, "counts.html", ask=bar, spread=found)


@get("/rows", include_in_schema=False)
async def rows(request: AnyRequest, stores: Wiring) -> Response[bytes]:
    """Some papers as rows of the list, for those that have just arrived."""
    keys = [_key_of(paper) for paper in request.query_params.getall("id", [])[:PER_PAGE]]
    items = [cards.item(card) for card in await stores.index.these(keys)]
    shelf = await shelf_or_none(request, stores)
    return render.page(request, "rows.html", items=items, shelf=shelf)


def _key_of(paper: str) -> str:
    """The canonical key of an id in a query string."""
    named = queries.identifier(paper)
    return paper if named is None else named.key


def _id_of(q: str) -> str:
    """The id a query is, also of a paper that is not here: its page offers to fetch it."""
    named = queries.identifier(q)
    return "" if named is None else str(named)


def _typing(request: AnyRequest) -> bool:
    return request.headers.get("hx-request") == "true"


def _question(bar: Bar, shelf: Shelf) -> tuple[Question | None, UsageError | None]:
    try:
        return bar.question(shelf), None
    except UsageError as error:
        return None, error


async def _shown(
    stores: Stores, bar: Bar, shelf: Shelf, asked: Question | UsageError | None
) -> tuple[Shown, int]:
    try:
        return await _found(stores, bar, shelf, asked), 200
    except QuerySyntaxError:
        return Shown(), 400  # the mistake is told below the words
    except UsageError as error:
        return Shown(problem=f"{LABELS.get(error.field, error.field)}: {error.message}"), 400
    except SwitchedOff as error:
        return Shown(problem=str(error)), 503
    except Unavailable:
        told = "The index does not answer yet. It comes back by itself; reload in a moment."
        return Shown(problem=told), 503


async def _found(
    stores: Stores, bar: Bar, shelf: Shelf, asked: Question | UsageError | None
) -> Shown:
    if isinstance(asked, UsageError):
        raise asked
    if asked is None:
        wanted = bar.narrowed(shelf)
        page = await listing.newest(stores.index, wanted, limit=PER_PAGE, cursor=bar.cursor or None)
        return Shown(items=page.items, cursor=page.cursor, dated=True)
    switched.need(stores, "search")
    if bar.inside:
        return await inside(stores.index, asked)
    part = Page(PER_PAGE, bar.cursor or None, bool(bar.explain))
    found = await listing.search(stores.index, asked, part, now_ms=listing.now_ms())
    return Shown(
        items=found.items,
        cursor=found.cursor,
        took_ms=found.took_ms,
        dated=asked.by_day and not found.paper,
        paper=found.paper or "",
    )


async def _spread(stores: Stores, bar: Bar, shelf: Shelf, question: Question | None) -> Spread:
    try:
        wanted = question.wanted if question else bar.narrowed(shelf)
        return spread(await facets.facets(stores.index, question, wanted), bar)
    except ServiceError:
        return Spread()
