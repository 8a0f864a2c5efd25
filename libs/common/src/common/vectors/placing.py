"""One paper put into the collections of one model."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from common import bm25
from common.embed.embedder import Embedder
from common.embed.embedder import Vectors as Dense
from common.texts import PaperText
from common.vectors.composing import ABSTRACT, passage_points
from common.vectors.points import PaperPoint, PassagePoint


class Index(Protocol):
    """The part of ``common.vectors.adapter.Vectors`` used here."""

    async def get(self, paper: str) -> PaperPoint | None:
        """The paper as stored."""

    async def index_paper(self, point: PaperPoint, dense: Dense, sparse: bm25.Sparse) -> None:
        """Store the paper."""

    async def index_passages(
        self, points: Sequence[PassagePoint], dense: Dense, sparse: Sequence[bm25.Sparse]
    ) -> None:
        """Store its passages."""

    async def confirm(self, paper: str, gen: int, passages: int) -> bool:
        """Read back, drop what is stale; False when a newer generation is there."""

    async def set_summary(self, paper: str, version: int, tldr: str, model: str) -> bool:
        """Show a summary; False when that version is not stored."""


@dataclass(frozen=True)
class Place:
    """A model and the collections its vectors belong to."""

    embedder: Embedder
    index: Index

    @property
    def space(self) -> tuple[str, int]:
        """Model and length of a vector, which name the collections."""
        return self.embedder.model, self.embedder.dim


class Rendered(NamedTuple):
    """A paper as vectors: row 0 is the paper, the passages follow."""

    dense: Dense
    sparse: list[bm25.Sparse]


async def rendered(embedder: Embedder, whole: str, text: PaperText) -> Rendered:
    """The vectors of a paper; ``whole`` stands for all of it."""
    bodies = [whole, *_apart(text)]
    dense = await embedder.embed(bodies)
    return Rendered(dense, await asyncio.to_thread(_all_sparse, bodies))


async def put(index: Index, text: PaperText, point: PaperPoint, given: Rendered) -> bool:
    """Store and read back; False when a newer generation is there.

    The paper comes last: where it is, its passages are. Raises Retryable when points are missing.
    """
    points = passage_points(text, point)
    first = 1 if _apart(text) else 0
    if points:
        rows = np.arange(first, first + len(points))
        await index.index_passages(points, given.dense[rows], [given.sparse[at] for at in rows])
    await index.index_paper(point, given.dense[:1], given.sparse[0])
    return await index.confirm(point.paper, point.gen, len(points))


def _apart(text: PaperText) -> list[str]:
    """Passages with a vector of their own; an abstract has the paper's."""
    return [] if text.extractor == ABSTRACT else [passage.text for passage in text.passages]


def _all_sparse(bodies: Sequence[str]) -> list[bm25.Sparse]:
    return [bm25.document(body) for body in bodies]
