"""The indexer's core with its adapters, opened and closed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import structlog

from common import objects
from common.embed import factory
from common.embed.embedder import Embedder
from common.errors import ServiceError, Unavailable
from common.ids import now
from common.kv import Kv
from common.lent import Lent
from common.reading.reader import PdfReader
from common.runtime import Runtime
from common.vectors import adapter, collections, spaces
from common.vectors.placing import Place
from common.vectors.spaces import Begun, Space, Spaces
from indexer.indexing import Indexer
from indexer.places import Places
from indexer.settings import Settings

AGAIN_AFTER_S = 1.0

log = structlog.get_logger("paperbus")
T = TypeVar("T")


@asynccontextmanager
async def opened(runtime: Runtime, settings: Settings) -> AsyncIterator[Indexer]:
    """The core, once embedder and index answer; raises UsageError when they do not fit."""
    own = settings.indexer
    places = await _patiently(runtime, lambda: _places(runtime.kv, settings))
    reader = PdfReader(own.limits, workers=own.index_pdf_workers)
    try:
        yield Indexer(objects.connect(settings.objects), reader, places, now)
    finally:
        await reader.close()
        await places.close()


async def _places(kv: Callable[[str], Kv], settings: Settings) -> Places:
    """The index as it is on record; an empty one takes the model that the settings name."""
    client = adapter.client_of(settings.vectors)
    try:
        served = (await collections.served(client)).get(collections.PAPERS, "")
    finally:
        await client.close()
    buckets = {name: kv(name) for name in (spaces.RECORD, spaces.STATED)}  # bound only once
    kept = await spaces.known(buckets.__getitem__)
    serving = kept.spaces.behind(served) if kept.spaces else None
    if serving is not None:
        place = await _place(serving, settings)
    else:
        place, serving = await _made(settings)
        await spaces.state(kv(spaces.STATED), Begun(space=serving, passed_over=kept.revision or -1))

    async def read() -> Spaces:
        there = (await spaces.known(buckets.__getitem__)).spaces
        if there is None:
            raise Unavailable("nats", "the record of the index is gone; start the indexer again")
        return there

    return Places(read, lambda space: _place(space, settings), {serving: place})


async def _made(settings: Settings) -> tuple[Lent[Place], Space]:
    embedder = await factory.create(settings.embed)
    vectors = adapter.connect(settings.vectors, embedder.model, embedder.dim)
    place = _lent(embedder, vectors)
    try:
        await vectors.ensure()
    except ServiceError:
        await place.retire()
        raise
    return place, spaces.space_of(settings.embed, embedder)


async def _place(space: Space, settings: Settings) -> Lent[Place]:
    embedder = await spaces.load(space, settings.embed)
    return _lent(embedder, adapter.connect(settings.vectors, space.model, space.dim))


def _lent(embedder: Embedder, vectors: adapter.Vectors) -> Lent[Place]:
    async def close() -> None:
        await vectors.close()
        await embedder.close()

    return Lent(Place(embedder, vectors), close)


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
