"""How much two models agree: the same queries asked of both indexes."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from common import bm25
from common.embed.embedder import Embedder
from common.vectors.adapter import Vectors
from common.vectors.candidates import Wanted
from common.vectors.points import Hit

TOP = 10


class Query(NamedTuple):
    """What is asked, and the paper it must find; empty when nobody knows."""

    text: str
    paper: str = ""


class Side(NamedTuple):
    """A model and its index."""

    embedder: Embedder
    vectors: Vectors


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """Means over all queries, each from 0 to 1."""

    queries: int
    overlap_at_10: float
    """Papers that both lists of ten have, hybrid search."""
    semantic_overlap_at_10: float
    """The same by meaning alone."""
    own_at_10: tuple[float, float] | None
    """Titles that find their own paper by meaning alone, before and now."""


async def compare(before: Side, now: Side, queries: Sequence[Query]) -> Agreement:
    """Ask both; raises Unavailable."""
    both: list[float] = []
    semantic: list[float] = []
    own: list[tuple[bool, bool]] = []
    for query in queries:
        old, new = await _asked(before, query.text), await _asked(now, query.text)
        both.append(_shared(old.hybrid, new.hybrid))
        semantic.append(_shared(old.semantic, new.semantic))
        if query.paper:
            own.append((query.paper in old.semantic, query.paper in new.semantic))
    return Agreement(
        queries=len(queries),
        overlap_at_10=_mean(both),
        semantic_overlap_at_10=_mean(semantic),
        own_at_10=(_mean([a for a, _ in own]), _mean([b for _, b in own])) if own else None,
    )


class _Lists(NamedTuple):
    hybrid: list[str]
    semantic: list[str]


async def _asked(side: Side, text: str) -> _Lists:
    dense = await side.embedder.embed([text])
    words = bm25.query(text)
    return _Lists(
        _papers(await side.vectors.search(Wanted(dense, words), limit=TOP)),
        _papers(await side.vectors.search(Wanted(dense), limit=TOP)),
    )


def _papers(hits: Sequence[Hit]) -> list[str]:
    return [hit.paper.paper for hit in hits]


def _shared(old: list[str], new: list[str]) -> float:
    most = max(len(old), len(new))
    return len(set(old) & set(new)) / most if most else 1.0


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0
