"""Where uploaded PDFs are read: a few at once, by one process that starts with the first."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Protocol

from common.reading.parsed import Limits, Parsed
from common.reading.reader import PdfReader
from gateway.failures import TooMany
from gateway.metrics import UPLOADS

TURNS = 2
RETRY_S = 5


class Reader(Protocol):
    """The part of ``common.reading.reader.PdfReader`` used here."""

    async def read(self, body: bytes) -> Parsed:
        """The text of a PDF, or why there is none; raises Retryable."""

    async def close(self) -> None:
        """End its processes."""


class Desk:
    """Lets ``turns`` uploads in at once, from their first byte on; others come again."""

    def __init__(self, reader: Reader, *, most_bytes: int, turns: int = TURNS) -> None:
        self.most_bytes = most_bytes
        self._reader = reader
        self._free = turns

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One of the turns; raises TooMany when all are taken."""
        if not self._free:
            raise TooMany(
                "Other PDFs are being read just now; try again in some seconds.", retry_s=RETRY_S
            )
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1

    async def read(self, body: bytes) -> Parsed:
        """The text of a PDF, or why there is none; raises Retryable."""
        parsed = await self._reader.read(body)
        UPLOADS.labels(parsed.reason or "text").inc()
        return parsed

    async def close(self) -> None:
        """End the reader."""
        await self._reader.close()


@asynccontextmanager
async def opened(limits: Limits) -> AsyncIterator[Desk]:
    """A desk with a reader of its own, which ends with it."""
    desk = Desk(PdfReader(limits), most_bytes=limits.pdf_bytes)
    try:
        yield desk
    finally:
        await desk.close()
