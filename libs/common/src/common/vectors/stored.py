"""Papers together with the vectors they are found by."""

from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from common.bm25 import Sparse
from common.vectors.points import PaperPoint

BRIEF = ["paper", "version", "title"]
"""As little of a payload as there can be."""


class Stored(NamedTuple):
    """A paper as the index has it."""

    point: PaperPoint
    dense: NDArray[np.float32]
    """One row; empty when the paper has no vector."""
    sparse: Sparse


class Words(msgspec.Struct):
    """A sparse vector in Qdrant's JSON."""

    indices: list[int] = []
    values: list[float] = []


class Rows(msgspec.Struct):
    """The vectors of a point by their names, ``DENSE`` and ``SPARSE``."""

    dense: list[float] = []
    bm25: Words = msgspec.field(default_factory=Words)


class Whole(msgspec.Struct):
    """A point in Qdrant's JSON, with its vectors."""

    id: str | int
    payload: PaperPoint
    vector: Rows | None = None

    def stored(self) -> Stored:
        """The same in our terms."""
        rows = self.vector or Rows()
        words = Sparse(rows.bm25.indices, rows.bm25.values)
        return Stored(self.payload, np.asarray(rows.dense, np.float32), words)
