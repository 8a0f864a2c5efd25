"""The page of one paper."""

import asyncio
from typing import NamedTuple

from litestar import Response, get

from common.errors import ServiceError, Unavailable, UsageError
from common.paperid import PaperId, parse
from gateway import hits, library, listing_passages, pdf, queries, switched
from gateway.failures import Missing
from gateway.library import Known
from gateway.pages import citation, render, track
from gateway.pages.saying import shelf_or_none
from gateway.ports import Stores
from gateway.views import HitItem, PassageItem
from gateway.wiring import AnyRequest, Wiring, paper_of

SIMILAR = 6
PASSAGES = 6


class Passages(NamedTuple):
    """What was looked for in the paper, and found."""

    q: str
    items: list[PassageItem]
    problem: str = ""


@get("/paper/{paper:str}", include_in_schema=False)
async def paper_page(request: AnyRequest, paper: str, stores: Wiring) -> Response[bytes]:
    """Everything about one paper; one that is not here can be asked for."""
    try:
        named = parse(paper_of(paper))
    except UsageError as error:
        raise Missing(f"There is no such paper: {error.message}.") from error
    try:
        known = await library.known(stores.ledger, named)
    except Missing:
        return render.page(request, "unknown.html", status=404, paper=str(named), named=named)
    return await _page(request, stores, known, named)


async def _page(
    request: AnyRequest, stores: Stores, known: Known, named: PaperId
) -> Response[bytes]:
    told, near, passages, shelf = await asyncio.gather(
        library.summary(stores.objects, known),
        _similar(stores, known.key),
        _passages(stores, known, request.query_params.get("q", "")),
        shelf_or_none(request, stores),
    )
    return render.page(
        request,
        "paper.html",
        paper=library.detail(known, told, named.version),
        citation=citation.of(known),
        timeline=known.timeline,
        bars=track.stretches(known.timeline),
        stop=track.label,
        similar=near,
        passages=passages,
        said=shelf.said(known.key) if shelf else None,
        tags=tuple(shelf.tags) if shelf else (),
    )


async def _similar(stores: Stores, key: str) -> list[HitItem]:
    try:
        switched.need(stores, "similar")
        return hits.hit_items(await stores.index.similar(key, limit=SIMILAR), "")
    except ServiceError:
        return []


async def _passages(stores: Stores, known: Known, q: str) -> Passages:
    if not q.strip():
        return Passages("", [])
    try:
        text = queries.query(q)
        found = await stores.index.passages(text, paper=known.key, limit=PASSAGES)
    except UsageError as error:
        return Passages(q, [], problem=error.message)
    except Unavailable:
        return Passages(q, [], problem="The index does not answer; try again in a moment.")
    stored, licence = known.pdf is not None, known.meta.licence
    opens = pdf.opens(known.key, version=known.version, licence=licence, stored=stored)
    return Passages(q, listing_passages.of_paper(found, text, opens))
