"""Search by words alone, and by meaning alone: one request each."""

import msgspec
from qdrant_client import models

from common.bm25 import Sparse
from common.embed.embedder import Vectors as Dense
from common.vectors.adapter import Vectors
from common.vectors.collections import DENSE, PAPERS, SPARSE
from common.vectors.conditions import all_of, conditions
from common.vectors.filters import Filters
from common.vectors.points import Hit, PaperPoint
from common.vectors.translated import translated

Window = tuple[int, int]
"""How many hits, and how many to skip."""


async def keyword(
    vectors: Vectors, words: Sparse, wanted: Filters, *, window: Window
) -> tuple[Hit, ...]:
    """Papers that hold the words, by BM25."""
    if not words.indices:
        return ()
    sparse = models.SparseVector(indices=words.indices, values=words.values)
    return await _query(vectors, (sparse, SPARSE), wanted, window)


async def semantic(
    vectors: Vectors, dense: Dense, wanted: Filters, *, window: Window
) -> tuple[Hit, ...]:
    """Papers near in meaning; ``dense`` is 1 × dim."""
    return await _query(vectors, (dense[0].tolist(), DENSE), wanted, window)


async def _query(
    vectors: Vectors,
    query: tuple[list[float] | models.SparseVector, str],
    wanted: Filters,
    window: Window,
) -> tuple[Hit, ...]:
    with translated():
        found = await vectors.client.query_points(
            PAPERS,
            query=query[0],
            using=query[1],
            query_filter=all_of(conditions(wanted)),
            limit=window[0],
            offset=window[1],
        )
    return tuple(
        Hit(paper=msgspec.convert(at.payload or {}, PaperPoint), score=at.score)
        for at in found.points
    )
