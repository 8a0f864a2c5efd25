"""Opens what the gateway reads and writes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from common import jobs, maintenance, objects
from common.kvchanges import Changes
from common.letters.box import Letters
from common.runtime import Runtime
from gateway import feeds, serving
from gateway.lag import lag
from gateway.notices import Notices
from gateway.ports import Filters, Stores
from gateway.readiness import Check, Readiness
from gateway.room import Roomy
from gateway.settings import Settings
from gateway.shelf import shelves
from gateway.shelf.shelves import Shelves
from gateway.upload import desk

PROBE = "gateway/probe"


@asynccontextmanager
async def opened(runtime: Runtime, settings: Settings) -> AsyncIterator[Stores]:
    """All stores, wired; nothing is asked of them yet but the embedding model."""
    bodies = objects.connect(settings.objects)

    async def nats() -> None:
        await runtime.bus.last_seq()

    async def s3() -> None:
        await bodies.ref(PROBE)

    limits = settings.gateway.pdf_limits
    async with serving.opened(runtime.kv, settings) as index, desk.opened(limits) as uploads:

        async def qdrant() -> None:
            await index.count(Filters())

        checks: dict[str, Check] = {"nats": nats, "qdrant": qdrant, "s3": s3}
        yield Stores(
            index=index,
            ledger=runtime.ledger,
            bus=Roomy(runtime.bus, runtime.js),
            watches=runtime.kv("watches"),
            deliveries=runtime.kv("deliveries"),
            sources=runtime.kv("sources"),
            jobs=runtime.kv(jobs.BUCKET),
            shelves=Shelves(runtime.kv(shelves.BUCKET), Changes(runtime.js, shelves.BUCKET)),
            letters=Letters(runtime.js, runtime.ledger),
            objects=bodies,
            checks=checks,
            readiness=Readiness(checks),
            lag=lambda: lag(runtime.js),
            uploads=uploads,
            feeds=feeds.configured(settings.gateway.feeds_dir),
            version=runtime.version,
            is_on=runtime.controls.is_on,
            collection=lambda: index.collection,
            notices=Notices(runtime.kv(maintenance.BUCKET)),
        )
