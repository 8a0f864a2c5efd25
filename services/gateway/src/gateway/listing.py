"""Lists and searches as both the API and the page show them."""

import time
from typing import NamedTuple

from common.errors import UsageError
from common.ranking.fusing import Ranked
from gateway import cards, cursors, frozen, highlight, hits, straight
from gateway.asked import BLEND, Question
from gateway.metrics import SEARCH
from gateway.ports import Filters, Index, Scored, Sought
from gateway.views import HitItem, PaperItem

MAX_HITS = 100
"""How deep a ranked list goes; a list by day has no end."""


class Listed(NamedTuple):
    """A page of papers and the cursor of the next one, empty at the end."""

    items: list[PaperItem]
    cursor: str


class Answered(NamedTuple):
    """A page of hits, the cursor of the next one, and the time spent."""

    items: list[HitItem]
    cursor: str
    took_ms: float
    paper: str | None


class Page(NamedTuple):
    """Which part of the answer, and how much is told."""

    limit: int
    cursor: str | None = None
    explain: bool = False


async def newest(index: Index, wanted: Filters, *, limit: int, cursor: str | None) -> Listed:
    """Papers, newest first; raises UsageError for a foreign cursor."""
    asked = cursors.question("newest", wanted)
    found, after = await index.newest(wanted, limit=limit, after=cursors.decode(cursor, asked))
    return Listed([cards.item(card) for card in found], cursors.encode(asked, after))


def now_ms() -> int:
    """The present moment, as ``search`` is told it."""
    return int(time.time() * 1000)


async def search(index: Index, ask: Question, page: Page, *, now_ms: int) -> Answered:
    """Hits in the order asked for; a query that names a paper finds that alone, or first.

    Raises UsageError for a foreign cursor, Unavailable.
    """
    started = time.perf_counter()
    at = cursors.decode(page.cursor, ask.key)
    if not at:
        named, card = await straight.paper_of(index, ask.text)
        if named:
            items = [] if card is None else [hits.outright(card, ask.text, explain=page.explain)]
            key = None if card is None else card.paper
            return Answered(items, "", _since(started), key)
    if ask.by_day:
        found, after = await index.newest(ask.holding, limit=page.limit, after=at)
        scored = [Scored(card=card, score=0.0) for card in found]
        ranked = _Ranked(scored, after, None)
    elif at:
        ranked = await _further(index, _sought(ask, now_ms), page, frozen.unpack(at))
    else:
        ranked = await _first(index, ask, page, now_ms)
    SEARCH.labels(ask.mode).observe(time.perf_counter() - started)
    items = _shown(ranked.hits, ask, explain=page.explain)
    return Answered(items, cursors.encode(ask.key, ranked.after), _since(started), ranked.paper)


class _Ranked(NamedTuple):
    hits: list[Scored]
    after: str
    paper: str | None


async def _first(index: Index, ask: Question, page: Page, now_ms: int) -> _Ranked:
    looked = await index.rank(_sought(ask, now_ms), limit=page.limit)
    order = looked.order[:MAX_HITS]
    shown = looked._replace(order=order).scored(page.limit)
    title = next((hit for hit in shown if straight.is_title(ask.text, hit.card.title)), None)
    if title is not None:
        shown = [title, *(hit for hit in shown if hit is not title)]
    paper = None if title is None else title.card.paper
    return _Ranked(shown, frozen.pack(order[page.limit :]), paper)


async def _further(index: Index, sought: Sought, page: Page, order: list[Ranked]) -> _Ranked:
    """What comes next in an order that was made before; a paper that is gone leaves no hole."""
    there = await index.at([found.point for found in order])
    if order and not there:
        raise UsageError("cursor", "is of an index that was replaced; leave it out to begin anew")
    rest = [found for found in order if found.point in there]
    stood = {}
    if page.explain:
        again = await index.rank(sought, limit=0)
        stood = {found.point: found.standings for found in again.order}
    scored = [
        Scored(card=there[one.point], score=one.score, standings=stood.get(one.point, ()))
        for one in rest[: page.limit]
    ]
    return _Ranked(scored, frozen.pack(rest[page.limit :]), None)


def _sought(ask: Question, now_ms: int) -> Sought:
    blend = now_ms if ask.manner.sort == BLEND else None
    return Sought(ask.query.ranked, ask.mode, ask.wanted, blend)


def _shown(found: list[Scored], ask: Question, *, explain: bool) -> list[HitItem]:
    wanted = highlight.stems(ask.query.ranked)
    return [
        hits.item(
            hit, wanted, hits.explained(ask.query, hit.card, hit.standings) if explain else None
        )
        for hit in found
    ]


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)
