"""What an Indexer works with, without models and without processes."""

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from common.embed.embedder import unit
from common.reading.parse import parse
from common.reading.parsed import Limits, Parsed


class LetterCounts:
    """An embedder that counts letters."""

    model = "letters"
    dim = 26

    async def embed(self, bodies: Sequence[str]) -> Any:
        counts = [[body.lower().count(chr(97 + n)) + 0.01 for n in range(26)] for body in bodies]
        return unit(np.array(counts, dtype=np.float32))

    async def close(self) -> None:
        return None


class InProcess:
    """The PDF reader without its processes; pdfium ends a process that has it in two threads."""

    _turn = threading.Lock()

    async def read(self, body: bytes) -> Parsed:
        return await asyncio.to_thread(self._read, body)

    async def close(self) -> None:
        return None

    def _read(self, body: bytes) -> Parsed:
        with self._turn:
            return parse(body, Limits())
