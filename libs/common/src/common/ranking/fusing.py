"""Lists of the same papers, ranked by different signs, made into one. Pure.

Scores are brought to 0 … 1 within each list and added by weight: a convex combination, which
keeps what a clear lead says, where reciprocal ranks forget it (Bruch, Gai and Ingber, 2023,
doi:10.1145/3596512).
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from common.ranking.recipe import RECIPE, Recipe

MEANING = "meaning"
WORDS = "words"


class Listed(NamedTuple):
    """One list: points and their scores, the best first; ``weight`` is its say."""

    name: str
    points: Sequence[str]
    scores: Sequence[float]
    weight: float = 1.0


class Standing(NamedTuple):
    """Where a paper stood in one list."""

    name: str
    rank: int
    """From 1."""
    score: float
    """As the list has it: a cosine, a BM25 score."""
    share: float
    """What it brought to the sum."""


class Ranked(NamedTuple):
    """A point in the fused order; ``score`` is 0 … 1 and the sum of its shares."""

    point: str
    score: float
    standings: tuple[Standing, ...] = ()


def fused(lists: Sequence[Listed]) -> list[Ranked]:
    """All points of all lists, the best first; equal scores in the order of their ids.

    A point that a list does not hold gets nothing from it. Weights are taken in proportion.
    """
    given = [one for one in lists if one.points]
    total = sum(one.weight for one in given) or 1.0
    standings: dict[str, list[Standing]] = {}
    for one in given:
        low, high = min(one.scores), max(one.scores)
        for at, (point, score) in enumerate(zip(one.points, one.scores, strict=True)):
            part = (score - low) / (high - low) if high > low else 1.0
            share = part * one.weight / total
            standings.setdefault(point, []).append(Standing(one.name, at + 1, score, share))
    ranked = [
        Ranked(point, sum(stood.share for stood in where), tuple(where))
        for point, where in standings.items()
    ]
    return sorted(ranked, key=lambda found: (-found.score, found.point))


def hybrid(meaning: Listed, words: Listed, recipe: Recipe = RECIPE) -> list[Ranked]:
    """The lists of a search fused: the less they agree, the more meaning counts.

    Words that lead elsewhere than the meaning are mostly chance meetings.
    """
    if not meaning.points or not words.points:
        return fused((meaning, words))
    agree = agreement(words.points[: recipe.agreed], meaning.points)
    weight = recipe.meaning - recipe.trust * agree
    return fused((meaning._replace(weight=weight), words._replace(weight=1 - weight)))


def agreement(best: Collection[str], others: Collection[str]) -> float:
    """The part of ``best`` that is among ``others``, 0 … 1."""
    return len(set(best) & set(others)) / len(best) if best else 0.0
