"""Papers together with the vectors they are found by."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from qdrant_client import models

from common.bm25 import Sparse
from common.vectors.collections import DENSE, SPARSE
from common.vectors.points import PaperPoint

BRIEF = ["paper", "version", "title"]
"""As little of a payload as there can be."""


class Stored(NamedTuple):
    """A paper as the index has it."""

    point: PaperPoint
    dense: NDArray[np.float32]
    """One row; empty when the paper has no vector."""
    sparse: Sparse


def stored(records: Sequence[models.Record | models.ScoredPoint]) -> dict[str, Stored]:
    """What Qdrant's records say, by id."""
    found = {}
    for record in records:
        vectors = record.vector if isinstance(record.vector, dict) else {}
        words = vectors.get(SPARSE)
        sparse = (
            Sparse(words.indices, words.values)
            if isinstance(words, models.SparseVector)
            else Sparse([], [])
        )
        point = msgspec.convert(record.payload or {}, PaperPoint)
        row = np.asarray(vectors.get(DENSE, ()), np.float32)
        found[str(record.id)] = Stored(point, row, sparse)
    return found
