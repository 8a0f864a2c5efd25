"""Similar papers by similarity, by date, or by both. Pure."""

from typing import TypeVar

import msgspec

from common.errors import UsageError
from common.ranking.freshness import blended
from common.ranking.fusing import Ranked
from common.vectors.points import day_ms
from gateway.ports import Recommended, Scored

SORTS = ("similarity", "date", "blend")
DEPTH = 50
"""So many of the most similar papers are put into another order."""


T = TypeVar("T", Scored, Recommended)


def sort(text: str) -> str:
    """An order a person asks for; raises UsageError."""
    if text not in SORTS:
        raise UsageError("sort", f"{text[:40]!r} is not one of {', '.join(SORTS)}")
    return text


def depth(how: str, limit: int) -> int:
    """How many of the most similar papers are needed to show ``limit`` in an order."""
    return limit if how == "similarity" else max(limit, DEPTH)


def ordered(found: list[T], how: str, *, today: str) -> list[T]:
    """``found``, which is by similarity, in the order asked for."""
    if how == "date":
        return sorted(found, key=lambda one: one.card.announced, reverse=True)
    if how == "blend":
        return _blended(found, day_ms(today[:10]))
    return found


def _blended(found: list[T], now_ms: int) -> list[T]:
    by_paper = {one.card.paper: one for one in found}
    ranked = [Ranked(paper, one.score, one.standings) for paper, one in by_paper.items()]
    days_ms = {paper: day_ms(one.card.announced) for paper, one in by_paper.items()}
    return [
        msgspec.structs.replace(by_paper[at.point], score=at.score, standings=at.standings)
        for at in blended(ranked, days_ms, now_ms)
    ]
