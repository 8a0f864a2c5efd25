"""The page of papers for one person, or five to begin with."""

from typing import NamedTuple

from litestar import Response, get

from common.errors import Unavailable, UsageError
from common.ids import now
from gateway import cards, foryou, queries, switched
from gateway.failures import SwitchedOff
from gateway.foryou import Ask, Told
from gateway.pages import render
from gateway.ports import Recommended, Stores
from gateway.principal import principal
from gateway.shelf import said, told
from gateway.shelf.said import Said
from gateway.shelf.shelf import Shelf
from gateway.shelf.told import RecommendedItem
from gateway.wiring import AnyRequest, Wiring

PER_PAGE = 25
STARTERS = 24
NEEDED = 5
"""So many papers make a taste that is worth showing."""
MAX_TABS = 12
DEFAULT_DAYS = str(foryou.DAYS)
WINDOWS = (
    ("7", "the last week"),
    (DEFAULT_DAYS, "the last month"),
    ("90", "three months"),
    ("365", "a year"),
    ("0", "all time"),
)


class Wanted(NamedTuple):
    """What the address bar says."""

    tag: str
    days: str
    start: str

    @property
    def ask(self) -> Ask:
        """The question; raises UsageError."""
        days = _days(self.days) if self.days else None
        tag = said.tag(self.tag) if self.tag else ""
        return Ask(queries.filters(), tag=tag, days=days, limit=PER_PAGE)


@get("/recommendations", include_in_schema=False)
async def recommendations_page(request: AnyRequest, stores: Wiring) -> Response[bytes]:
    """Papers with the reason for each; who is new picks some papers first."""
    given = request.query_params
    ask = Wanted(given.get("tag", ""), given.get("days", ""), given.get("start", ""))
    status, problem, found, start = 200, "", None, None
    shelf = Shelf()
    try:
        shelf = await stores.shelves.of(principal(request))
        if len(shelf.wanted) < NEEDED and ask.start != "no" and not ask.tag:
            start = await _start(stores, shelf)
        else:
            switched.need(stores, "recommending")
            found = await foryou.recommended(stores, principal(request), ask.ask, today=now())
    except UsageError as error:
        status, problem = 400, f"{error.field}: {error.message}"
    except SwitchedOff as error:
        status, problem = 503, str(error)
    except Unavailable:
        status, problem = 503, "The index does not answer yet. Reload in a moment."
    return render.page(
        request,
        "recommendations.html",
        status=status,
        ask=ask._replace(days=str(found.days) if found else ask.days or DEFAULT_DAYS),
        problem=problem,
        start=start,
        needed=NEEDED,
        picked=min(NEEDED, len(shelf.wanted)),
        tags=_tabs(shelf, ask.tag),
        windows=WINDOWS,
        items=_rows(found.items if found else [], shelf),
        basis=_basis(found, shelf, ask) if found else "",
        here=str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
    )


async def _start(stores: Stores, shelf: Shelf) -> list[tuple[object, Said]]:
    chosen = await foryou.starting(stores, count=STARTERS)
    return [(cards.item(card), shelf.said(card.paper)) for card in chosen]


def _rows(found: list[Recommended], shelf: Shelf) -> list[tuple[RecommendedItem, Said]]:
    return [(told.item(one, explain=False), shelf.said(one.card.paper)) for one in found]


def _tabs(shelf: Shelf, chosen: str) -> list[tuple[str, int]]:
    if not shelf.tags:
        return []
    largest = sorted(shelf.tags, key=lambda name: len(shelf.tags[name]), reverse=True)[:MAX_TABS]
    names = [name for name in shelf.tags if name in largest or name == chosen]
    return [("", 0), *((name, len(shelf.tags[name])) for name in names)]


def _basis(found: Told, shelf: Shelf, ask: Wanted) -> str:
    widened = not ask.days and found.days == 0
    since = " Few papers came in the last month, so this is of all time." if widened else ""
    match found.basis:
        case "taste":
            of = f"the papers tagged {ask.tag}" if ask.tag else _learned(shelf)
            return f"Learned from {of}.{since}"
        case "popular":
            return f"What people here like most, then what is new.{since}"
        case _:
            return f"What is new, until you like some papers.{since}"


def _learned(shelf: Shelf) -> str:
    many = len(shelf.wanted)
    what = "one paper" if many == 1 else f"{many} papers"
    no = len(shelf.disliked)
    without = f" and {no} that {'is' if no == 1 else 'are'} not for you" if no else ""
    return f"{what} you like, tagged or mean to read{without}"


def _days(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) <= 5 and int(text) <= foryou.MAX_DAYS:
        return int(text)
    raise UsageError("days", f"{text[:20]!r} is not a number of days; write 30, or 0 for all time")
