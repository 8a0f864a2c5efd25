"""How good a list of recommendations is against what was hidden."""

import math
from collections.abc import Collection, Sequence

DEPTH = 20


def recall(found: Sequence[str], hidden: Collection[str]) -> float:
    """The part of the hidden papers that is among the first 20."""
    return len(set(found[:DEPTH]) & set(hidden)) / len(hidden)


def ndcg(found: Sequence[str], hidden: Collection[str]) -> float:
    """Gains discounted by rank, against the best order there could be."""
    wanted = set(hidden)
    gains = sum(_gain(at) for at, paper in enumerate(found[:DEPTH]) if paper in wanted)
    return gains / sum(map(_gain, range(min(DEPTH, len(wanted)))))


def _gain(at: int) -> float:
    return 1 / math.log2(at + 2)
