"""The indexer's core with its adapters, opened and closed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import structlog

from common import objects
from common.embed import factory
from common.errors import Unavailable
from common.ids import now
from common.runtime import Runtime
from common.vectors import adapter
from indexer.indexing import Indexer
from indexer.reader import PdfReader
from indexer.settings import Settings

AGAIN_AFTER_S = 1.0

log = structlog.get_logger("paperbus")
T = TypeVar("T")


@asynccontextmanager
async def opened(runtime: Runtime, settings: Settings) -> AsyncIterator[Indexer]:
    """The core, once embedder and index answer; raises UsageError when they do not fit."""
    own = settings.indexer
    embedder = await _patiently(runtime, lambda: factory.create(settings.embed))
    vectors = adapter.connect(settings.vectors, embedder.model, embedder.dim)
    reader = PdfReader(own.limits, workers=own.index_pdf_workers)
    try:
        await _patiently(runtime, vectors.ensure)
        store = objects.connect(settings.objects)
        yield Indexer(store, reader, embedder, vectors, now)
    finally:
        await reader.close()
        await vectors.close()
        await embedder.close()


async def _patiently(runtime: Runtime, work: Callable[[], Awaitable[T]]) -> T:
    """Wait for a dependency that starts later than we do, until told to stop."""
    while True:
        try:
            return await work()
        except Unavailable as error:
            if runtime.stopping.is_set():
                raise
            log.warning("waiting", on=error.dependency, error=str(error))
            await asyncio.sleep(error.delay_s or AGAIN_AFTER_S)
