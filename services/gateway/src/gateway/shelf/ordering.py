"""Similar papers by similarity, by date, or by both. Pure."""

from datetime import date
from typing import Protocol, TypeVar

from common.errors import UsageError
from common.ranking import freshness
from gateway.ports import Card

SORTS = ("similarity", "date", "blend")
DEPTH = 50
"""So many of the most similar papers are put into another order."""


class Scored(Protocol):
    """A paper with a score, the higher the more similar."""

    @property
    def card(self) -> Card:
        """The paper."""

    @property
    def score(self) -> float:
        """How similar it is."""


T = TypeVar("T", bound=Scored)


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
        return sorted(found, key=lambda one: one.score * _fresh(one.card, today), reverse=True)
    return found


def _fresh(card: Card, today: str) -> float:
    try:
        age = date.fromisoformat(today[:10]) - date.fromisoformat(card.announced[:10])
    except ValueError:
        return freshness.factor(float("inf"))
    return freshness.factor(float(age.days))
