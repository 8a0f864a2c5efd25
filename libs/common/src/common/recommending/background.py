"""What is usual among the papers there are: what somebody likes is seen against it. Pure."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from common.bm25 import Sparse
from common.recommending.recipe import RECIPE

Matrix = NDArray[np.float32]


class Background(NamedTuple):
    """Learned from a sample."""

    papers: int
    mean: Matrix
    """The usual vector."""
    spread: Matrix
    """Inverse of the covariance: what all papers have in common says little."""
    frequency: Mapping[int, int]
    """Papers of the sample that hold a word."""

    def rarity(self, word: int) -> float:
        """The usual idf, with the sample for the whole."""
        held = self.frequency.get(word, 0)
        return math.log1p((self.papers - held + 0.5) / (held + 0.5))


def usual(dense: Matrix, sparse: Sequence[Sparse], *, ridge: float = RECIPE.ridge) -> Background:
    """What a sample says; ``dense`` is n × dim with at least one row."""
    mean = dense.mean(axis=0)
    around = dense - mean
    covariance = around.T @ around / len(dense)
    dim = dense.shape[1]
    held_back = ridge * float(np.trace(covariance)) / dim + 1e-6
    spread = np.linalg.inv(covariance + held_back * np.eye(dim, dtype=np.float32))
    frequency: Counter[int] = Counter()
    for words in sparse:
        frequency.update(words.indices)
    return Background(len(dense), mean, spread.astype(np.float32), frequency)
