"""The page of one's own library."""

from typing import NamedTuple
from urllib.parse import urlencode

from litestar import Response, get

from common.errors import Unavailable, UsageError
from gateway.pages import render
from gateway.principal import principal
from gateway.shelf import said
from gateway.shelf.browsing import Listed, Narrowed, listed
from gateway.shelf.shelf import Shelf
from gateway.wiring import AnyRequest, Wiring

PER_PAGE = 25
PLACE = "/library"
PARTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("Everything", {}),
    ("Liked", {"opinion": "like"}),
    ("To read", {"state": "to_read"}),
    ("Reading", {"state": "reading"}),
    ("Read", {"state": "read"}),
    ("Not for me", {"opinion": "dislike"}),
)


class Part(NamedTuple):
    """A part of the library one can go to."""

    name: str
    place: str
    papers: int
    here: bool


@get(PLACE, include_in_schema=False)
async def library_page(request: AnyRequest, stores: Wiring) -> Response[bytes]:
    """What one has, the newest word first, narrowed by opinion, reading state or tag."""
    given = {k: v for k in ("tag", "state", "opinion") if (v := request.query_params.get(k))}
    status, problem, shelf = 200, "", Shelf()
    found = Listed([], "", 0)
    try:
        shelf = await stores.shelves.of(principal(request))
        cursor = request.query_params.get("cursor") or None
        found = await listed(stores, shelf, _asked(given), limit=PER_PAGE, cursor=cursor)
    except UsageError as error:
        status, problem = 400, f"{error.field}: {error.message}"
    except Unavailable:
        status, problem = 503, "The index does not answer yet. Reload in a moment."
    return render.page(
        request,
        "library.html",
        status=status,
        problem=problem,
        shelves=_parts(shelf, given),
        items=[(one, shelf.said(one.id)) for one in found.items],
        cursor=_place({**given, "cursor": found.cursor}) if found.cursor else "",
        narrowed=bool(given),
        here=_place(given),
    )


def _asked(given: dict[str, str]) -> Narrowed:
    return Narrowed(
        tag=said.tag(given["tag"]) if "tag" in given else "",
        state=said.state(given["state"]) if "state" in given else None,
        opinion=said.opinion(given["opinion"]) if "opinion" in given else None,
    )


def _parts(shelf: Shelf, given: dict[str, str]) -> list[Part]:
    parts = [(name, ask, len(shelf.narrowed(**_asked(ask)._asdict()))) for name, ask in PARTS]
    parts += [(f"#{name}", {"tag": name}, len(papers)) for name, papers in shelf.tags.items()]
    counted = [Part(name, _place(ask), papers, ask == given) for name, ask, papers in parts]
    return [one for one in counted if one.papers or one.here or one.place == PLACE]


def _place(asked: dict[str, str]) -> str:
    return f"{PLACE}?{urlencode(asked)}" if asked else PLACE
