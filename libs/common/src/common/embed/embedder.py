"""What every embedder offers."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""n × dim, every row of unit length."""


class Embedder(Protocol):
    """Turns texts into vectors; ``model`` and ``dim`` name the space they live in."""

    model: str
    dim: int

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """One row per text, in their order."""

    async def close(self) -> None:
        """Give back threads and connections."""


class Encoder(Protocol):
    """The computing part of a local embedder; blocks, so it belongs into a thread."""

    model: str
    dim: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row per text, in their order."""


def unit(vectors: Vectors) -> Vectors:
    """The same directions with length 1; a zero row stays zero."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(norms, 1e-12)).astype(np.float32)
    return scaled
