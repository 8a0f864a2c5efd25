"""The recipe of the ranking: every number that decides an order, under one version.

Chosen by measurement on judged queries; `docs/benchmarks.md` holds the figures.
"""

import msgspec

from common.ranking.taste import Taste


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """What ``fusing`` and its callers read; a change of any number is a new version."""

    version: str
    candidates: int
    """Papers each list puts forward."""
    meaning: float
    """Weight of the dense list when the two lists have nothing in common; words get the rest."""
    trust: float
    """How much of that moves over to words when the lists agree."""
    agreed: int
    """How many of the best by words are looked for among the candidates by meaning."""
    fresh_days: float
    """In the order `blend` a paper counts half as much once it is this old."""
    fresh_share: float
    """The part of a score that age takes away from in the order `blend`."""
    in_title: float
    """Of one paper looked at alone: what a part of the query in the title says …"""
    in_abstract: float
    """… and in the abstract …"""
    in_abstract_often: float
    """… where it comes at least ``often`` times."""
    often: int
    in_digest: int
    """Papers a digest names; the rest are counted."""
    taste: Taste = Taste()
    """How likes become recommendations."""


RECIPE = Recipe(
    version="2",
    candidates=100,
    meaning=0.65,
    trust=0.20,
    agreed=10,
    fresh_days=180.0,
    fresh_share=0.5,
    in_title=1.0,
    in_abstract=0.6,
    in_abstract_often=0.8,
    often=3,
    in_digest=25,
)
"""Version 1 was reciprocal rank fusion with k = 60 in the store."""
