"""Opens what the gateway reads and writes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from common import objects
from common.embed import factory
from common.runtime import Runtime
from common.vectors import adapter
from gateway import feeds
from gateway.index import QdrantIndex
from gateway.lag import lag
from gateway.ports import Filters, Stores
from gateway.settings import Settings

PROBE = "gateway/probe"


@asynccontextmanager
async def opened(runtime: Runtime, settings: Settings) -> AsyncIterator[Stores]:
    """All stores, wired; nothing is asked of them yet but the embedding model."""
    embedder = await factory.create(settings.embed, lone=True)
    vectors = adapter.connect(settings.vectors, embedder.model, embedder.dim)
    bodies = objects.connect(settings.objects)
    index = QdrantIndex(vectors, embedder)

    async def nats() -> None:
        await runtime.bus.last_seq()

    async def qdrant() -> None:
        await index.count(Filters())

    async def s3() -> None:
        await bodies.ref(PROBE)

    try:
        yield Stores(
            index=index,
            ledger=runtime.ledger,
            bus=runtime.bus,
            watches=runtime.kv("watches"),
            deliveries=runtime.kv("deliveries"),
            sources=runtime.kv("sources"),
            objects=bodies,
            checks={"nats": nats, "qdrant": qdrant, "s3": s3},
            lag=lambda: lag(runtime.js),
            feeds=feeds.configured(settings.gateway.feeds_dir),
            version=runtime.version,
        )
    finally:
        await vectors.close()
        await embedder.close()
