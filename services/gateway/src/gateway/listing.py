"""Lists and searches as both the API and the page show them."""

import time
from typing import NamedTuple

from gateway import cards, cursors, highlight, queries
from gateway.metrics import SEARCH
from gateway.ports import Card, Filters, Index, Scored
from gateway.views import HitItem, PaperItem, Run

MAX_HITS = 100
"""How deep a search goes; so far the fused order is the same for every page."""


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


async def newest(index: Index, wanted: Filters, *, limit: int, cursor: str | None) -> Listed:
    """Papers, newest first; raises UsageError for a foreign cursor."""
    asked = cursors.question("newest", wanted)
    found, after = await index.newest(wanted, limit=limit, after=cursors.decode(cursor, asked))
    return Listed([cards.item(card) for card in found], cursors.encode(asked, after))


class Question(NamedTuple):
    """What is searched for, and how."""

    text: str
    mode: str
    wanted: Filters


async def search(index: Index, ask: Question, *, limit: int, cursor: str | None) -> Answered:
    """Hits, best first; a query that is an identifier finds that paper alone."""
    started = time.perf_counter()
    asked = cursors.question(ask)
    skip = cursors.offset(cursors.decode(cursor, asked), most=MAX_HITS - 1)
    named = queries.identifier(ask.text)
    if named is not None:
        card = await index.get(named.key)
        only = [] if card is None else [Scored(card=card, score=1.0)]
        key = None if card is None else named.key
        return Answered(hit_items(only, ""), "", _since(started), key)
    wanted = min(limit + 1, MAX_HITS - skip)
    hits = await index.search(ask.text, ask.wanted, mode=ask.mode, limit=wanted, offset=skip)
    SEARCH.labels(ask.mode).observe(time.perf_counter() - started)
    more = len(hits) > limit
    after = cursors.encode(asked, str(skip + limit)) if more else ""
    return Answered(hit_items(hits[:limit], ask.text), after, _since(started), None)


def hit_items(hits: list[Scored], text: str) -> list[HitItem]:
    """Scored cards as the API shows them."""
    wanted = highlight.stems(text)
    return [_item(hit.card, round(hit.score, 6), wanted) for hit in hits]


def _item(card: Card, score: float, wanted: frozenset[str]) -> HitItem:
    listed = cards.item(card)
    fields = {name: getattr(listed, name) for name in listed.__struct_fields__}
    return HitItem(**fields, score=score, snippet=runs(card.abstract, wanted))


def runs(text: str, wanted: frozenset[str]) -> list[Run]:
    """A snippet as the API shows it."""
    return [Run(text=part.text, marked=part.marked) for part in highlight.snippet(text, wanted)]


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)
