"""The page of one's own library."""

import asyncio
from typing import NamedTuple
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict, UploadFile

from common.errors import ServiceError, Unavailable, UsageError
from gateway import problems
from gateway.cards import API
from gateway.citing.formats import FORMATS
from gateway.importing import bringing, formats
from gateway.importing.formats import MOST_KEPT_BYTES
from gateway.importing.views import Imported
from gateway.pages import render
from gateway.pages.citation import Way
from gateway.ports import Stores
from gateway.principal import principal
from gateway.shelf import keeping, said
from gateway.shelf.browsing import Listed, Narrowed, listed
from gateway.shelf.shelf import Shelf
from gateway.wiring import AnyRequest, Wiring

PER_PAGE = 25
PLACE = "/library"
EXPORT = f"{API}/library/export"
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
    return await _page(request, stores)


@post(
    f"{PLACE}/import",
    include_in_schema=False,
    status_code=200,
    request_max_body_size=MOST_KEPT_BYTES,
)
async def import_papers(request: AnyRequest, stores: Wiring) -> Response[bytes]:
    """Put the papers of a file, or of what was typed, into it, and tell what came of it."""
    try:
        form = await request.form()
        body, tags = await _sent(form), str(form.get("tag", "")).split(",")
        how = bringing.how_of(tags, None)
        source, found = await asyncio.to_thread(formats.parsed, body, name="", media_type="")
        told = await bringing.bring(stores, principal(request), source, found, how)
    except (ServiceError, UsageError) as error:
        problem = problems.answer(error, path=request.url.path).problem
        return await _page(request, stores, refused=(problem.detail, problem.status))
    return await _page(request, stores, imported=told)


async def _sent(form: FormMultiDict) -> bytes:
    """The file that was chosen, or else what was typed."""
    file = form.get("file")
    body = await file.read() if isinstance(file, UploadFile) else b""
    return body or str(form.get("text", "")).encode()


async def _page(
    request: AnyRequest,
    stores: Stores,
    *,
    imported: Imported | None = None,
    refused: tuple[str, int] = ("", 200),
) -> Response[bytes]:
    given = {k: v for k in ("tag", "state", "opinion") if (v := request.query_params.get(k))}
    status, problem, shelf = refused[1], "", Shelf()
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
        exports=_exports(given),
        imported=imported,
        refused=refused[0],
    )


def _exports(given: dict[str, str]) -> list[Way]:
    """What is shown, in every format."""
    kinds = [*((one.label, one.name) for one in FORMATS.values()), ("JSON", keeping.NAME)]
    return [Way(name, f"{EXPORT}?{urlencode({'format': form, **given})}") for name, form in kinds]


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
