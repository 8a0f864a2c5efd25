"""Vectors of texts, computed once and kept in a file: a run that was stopped goes on."""

import asyncio
import hashlib
import os
import re
import time
from collections.abc import Sequence

import numpy as np
from bench_folders import cache_folder, say
from numpy.typing import NDArray

from common.embed import factory
from common.embed.embedder import Embedder, Vectors
from common.settings import EmbedSettings

DIGEST_BYTES = 16
AT_ONCE = 64
TOLD_EVERY_S = 10.0


def vectors(texts: Sequence[str], settings: EmbedSettings) -> Vectors:
    """One row per text, by the embedder that the settings name."""
    return asyncio.run(_vectors(texts, settings))


async def _vectors(texts: Sequence[str], settings: EmbedSettings) -> Vectors:
    embedder = KeptVectors(await factory.create(settings))
    try:
        return await embedder.embed(texts)
    finally:
        await embedder.close()


class KeptVectors:
    """An Embedder that asks another one only for texts it has not met.

    The file is a row of digest and float32s for each text; a row that was cut off is dropped.
    """

    def __init__(self, inner: Embedder) -> None:
        self.model = inner.model
        self.dim = inner.dim
        self._inner = inner
        where = cache_folder()
        where.mkdir(parents=True, exist_ok=True)
        slug = re.sub(r"[^a-z0-9]+", "-", inner.model.lower()).strip("-")
        self._path = where / f"vectors__{slug}__{inner.dim}.bin"
        self._rows: list[NDArray[np.float32]] = []
        self._at: dict[bytes, int] = {}
        self._load()

    @property
    def _row_bytes(self) -> int:
        return DIGEST_BYTES + 4 * self.dim

    def _load(self) -> None:
        if not self._path.is_file():
            return
        body = self._path.read_bytes()
        whole = len(body) // self._row_bytes
        if len(body) % self._row_bytes:
            os.truncate(self._path, whole * self._row_bytes)
        raw = np.frombuffer(body, np.uint8, whole * self._row_bytes).reshape(whole, -1)
        table = np.ascontiguousarray(raw[:, DIGEST_BYTES:]).view(np.float32)
        self._rows = list(table)
        self._at = {raw[at, :DIGEST_BYTES].tobytes(): at for at in range(whole)}

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """One row per text; what is new is computed, kept, and told of now and then."""
        keys = [digest(text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._at}
        told = time.monotonic()
        todo = sorted(missing.items(), key=lambda pair: len(pair[1]))
        for start in range(0, len(todo), AT_ONCE):
            part = todo[start : start + AT_ONCE]
            rows = await self._inner.embed([text or " " for _, text in part])
            self.keep([key for key, _ in part], rows)
            if time.monotonic() - told > TOLD_EVERY_S:
                told = time.monotonic()
                say(f"embedded {start + len(part)} of {len(todo)} texts; safe to break off")
        found = [self._rows[self._at[key]] for key in keys]
        return np.array(found, dtype=np.float32).reshape(len(texts), self.dim)

    def keep(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Store rows under the digests of their texts."""
        with self._path.open("ab") as file:
            for key, row in zip(keys, vectors.astype(np.float32), strict=True):
                file.write(key + row.tobytes())
                self._at[key] = len(self._rows)
                self._rows.append(row)

    async def close(self) -> None:
        """Close the embedder that is asked."""
        await self._inner.close()


def digest(text: str) -> bytes:
    """What a text is known by."""
    return hashlib.blake2b(text.encode(), digest_size=DIGEST_BYTES).digest()
