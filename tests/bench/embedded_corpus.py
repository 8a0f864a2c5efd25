"""The vectors of a corpus by the embedder that the settings name."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from kept_vectors import KeptVectors, cache_folder
from numpy.typing import NDArray

from common.embed import factory
from common.settings import EmbedSettings

CACHE = cache_folder()


def vectors(
    texts: Sequence[str], *, cache: Path = CACHE, settings: EmbedSettings | None = None
) -> NDArray[np.float32]:
    """One row of length 1 per text; those met before are not computed again."""
    return asyncio.run(_vectors(texts, cache, settings or EmbedSettings()))


async def _vectors(
    texts: Sequence[str], cache: Path, settings: EmbedSettings
) -> NDArray[np.float32]:
    embedder = KeptVectors(await factory.create(settings), cache)
    try:
        rows = await embedder.embed(texts)
    finally:
        await embedder.close()
    scaled: NDArray[np.float32] = rows / np.maximum(
        np.linalg.norm(rows, axis=1, keepdims=True), 1e-12
    )
    return scaled
