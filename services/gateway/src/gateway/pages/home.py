"""The first page: newest papers, or what a search found."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from litestar import Response, get

from common.errors import ServiceError, Unavailable, UsageError
from gateway import cards, listing, queries, switched
from gateway.failures import SwitchedOff
from gateway.listing import Question
from gateway.pages import render
from gateway.ports import Filters, Stores
from gateway.views import PaperItem
from gateway.wiring import AnyRequest, Wiring

PER_PAGE = 25
FACETS = 40


class Asked(NamedTuple):
    """What the address bar says, as text, for the form to show again."""

    q: str
    mode: str
    category: tuple[str, ...]
    feed: str
    date_from: str
    date_to: str
    full_text: str
    cursor: str

    @property
    def filtered(self) -> bool:
        """Whether anything but the query narrows the list."""
        return any((self.category, self.feed, self.date_from, self.date_to, self.full_text))

    def link(self, **changed: Any) -> str:
        """The address with some values changed, at the start of the list."""
        values = {**self._asdict(), "cursor": "", **changed}
        given = {name: value for name, value in values.items() if value and value != "hybrid"}
        return f"/?{urlencode(given, doseq=True)}" if given else "/"

    def toggled(self, category: str) -> str:
        """The address with one category more, or less."""
        rest = tuple(one for one in self.category if one != category)
        return self.link(category=rest if category in self.category else (*rest, category))


class Shown(NamedTuple):
    """What the list part of the page needs."""

    items: list[Any]
    cursor: str
    took_ms: float | None = None
    problem: str = ""


def asked(request: AnyRequest) -> Asked:
    """The query string; unknown parameters are left alone on the page."""
    given = request.query_params
    return Asked(
        q=given.get("q", "").strip()[:2000],
        mode=given.get("mode") or "hybrid",
        category=tuple(dict.fromkeys(c for c in given.getall("category", []) if c)),
        feed=given.get("feed", ""),
        date_from=given.get("date_from", ""),
        date_to=given.get("date_to", ""),
        full_text=given.get("full_text", ""),
        cursor=given.get("cursor", ""),
    )


@get("/", include_in_schema=False)
async def home(request: AnyRequest, stores: Wiring) -> Response[bytes]:
    """Newest papers first; with a query what was found; an id leads to its paper."""
    ask = asked(request)
    if ask.q and (named := queries.identifier(ask.q)) is not None and not _typing(request):
        return render.see(cards.page_path(str(named)))
    shown, status = await _shown(stores, ask)
    return render.page(
        request,
        "home.html",
        status=status,
        ask=ask,
        shown=shown,
        groups=_by_day(shown.items) if not ask.q else [],
        facets=await _facets(stores, ask),
        feeds=stores.feeds,
        live=not ask.q and not ask.cursor and not ask.filtered,
    )


@get("/rows", include_in_schema=False)
async def rows(request: AnyRequest, stores: Wiring) -> Response[bytes]:
    """Some papers as rows of the list, for those that have just arrived."""
    items = []
    for paper in request.query_params.getall("id", [])[:PER_PAGE]:
        card = await stores.index.get(queries_key(paper))
        if card is not None:
            items.append(cards.item(card))
    return render.page(request, "rows.html", items=items)


def queries_key(paper: str) -> str:
    """The canonical key of an id in a query string."""
    named = queries.identifier(paper)
    return paper if named is None else named.key


def _typing(request: AnyRequest) -> bool:
    return request.headers.get("hx-request") == "true"


async def _shown(stores: Stores, ask: Asked) -> tuple[Shown, int]:
    try:
        return await _found(stores, ask), 200
    except UsageError as error:
        told = f"{_LABELS.get(error.field, error.field)}: {error.message}"
        return Shown([], "", problem=told), 400
    except SwitchedOff as error:
        return Shown([], "", problem=str(error)), 503
    except Unavailable:
        told = "The index does not answer yet. It comes back by itself; reload in a moment."
        return Shown([], "", problem=told), 503


_LABELS = {"q": "The search", "date_from": "The first day", "date_to": "The last day"}


async def _found(stores: Stores, ask: Asked) -> Shown:
    wanted = _filters(ask)
    if not ask.q:
        page = await listing.newest(stores.index, wanted, limit=PER_PAGE, cursor=ask.cursor or None)
        return Shown(list(page.items), page.cursor)
    switched.need(stores, "search")
    question = Question(queries.query(ask.q), queries.mode(ask.mode), wanted)
    found = await listing.search(stores.index, question, limit=PER_PAGE, cursor=ask.cursor or None)
    return Shown(list(found.items), found.cursor, took_ms=found.took_ms)


def _filters(ask: Asked) -> Filters:
    return queries.filters(
        category=list(ask.category),
        feed=ask.feed or None,
        dates=(ask.date_from or None, ask.date_to or None),
        full_text=True if ask.full_text else None,
    )


async def _facets(stores: Stores, ask: Asked) -> list[tuple[str, int]]:
    try:
        found = await stores.index.categories(limit=FACETS)
    except ServiceError:
        found = []
    counts = dict(found)
    chosen = [(name, counts.get(name, 0)) for name in ask.category]
    return chosen + [pair for pair in found if pair[0] not in ask.category]


def _by_day(items: list[PaperItem]) -> list[tuple[str, list[PaperItem]]]:
    groups: list[tuple[str, list[PaperItem]]] = []
    for item in items:
        if not groups or groups[-1][0] != item.announced:
            groups.append((item.announced, []))
        groups[-1][1].append(item)
    return groups
