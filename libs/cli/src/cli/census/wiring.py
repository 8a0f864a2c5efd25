"""The census put together: parts, their pace, and the sheet that Prometheus reads."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx
from prometheus_client import REGISTRY

from cli.census import certificates, dependencies, local
from cli.census.bus import BusPart
from cli.census.letters import LettersPart
from cli.census.papers import PapersPart
from cli.census.records import RecordsPart
from cli.census.rounds import Part, Rounds
from cli.census.settings import listed, pairs
from cli.census.sheet import Found, Sheet
from cli.census.spend import SpendPart
from cli.settings import Settings
from cli.storage.gauges import StoragePart
from common import objects
from common.runtime import Runtime
from common.vectors import adapter

SLOWLY = 4
"""What changes slowly, or costs more, is looked at every so many rounds."""
HOUR_S = 3600.0


@asynccontextmanager
async def counting(
    runtime: Runtime, settings: Settings
) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """The task that counts until the stop; raises UsageError for a wrong setting."""
    sheet = Sheet()
    async with AsyncExitStack() as opened:
        client = httpx.AsyncClient(timeout=dependencies.TIMEOUT_S, trust_env=False)
        await opened.enter_async_context(client)
        qdrant = adapter.client_of(settings.vectors)
        opened.push_async_callback(qdrant.close)
        asking = dependencies.checks(
            runtime.bus.last_seq, objects.connect(settings.objects), qdrant
        )
        every_s = settings.census.census_every_s
        parts = (
            *_of_bus(runtime, every_s),
            Part("dependencies", every_s, lambda: dependencies.dependencies(asking)),
            Part("storage", every_s, StoragePart(runtime, settings).look),
            *_asked(client, settings),
            *_local(settings),
        )
        REGISTRY.register(sheet)
        opened.callback(REGISTRY.unregister, sheet)
        yield lambda: Rounds(sheet).run(parts, runtime.stopping)


def _of_bus(runtime: Runtime, every_s: float) -> list[Part]:
    """What the bus itself and the records on it tell."""
    papers = PapersPart(runtime.js, time.time)

    async def counted() -> Found:
        found = await papers.look()
        runtime.papers = papers.total
        return found

    return [
        Part("bus", every_s, BusPart(runtime.js).look),
        Part("papers", every_s, counted, limit_s=None),
        Part("letters", every_s, LettersPart(runtime.js, runtime.ledger).look),
        Part("records", every_s * SLOWLY, RecordsPart(runtime).look),
        Part("spend", every_s, SpendPart(runtime.js, _now).look),
    ]


def _asked(client: httpx.AsyncClient, settings: Settings) -> list[Part]:
    """What other processes say of themselves, as far as their addresses are set."""
    every_s = settings.census.census_every_s
    parts = []
    if urls := pairs("GATEWAY_HEALTH_URLS", settings.cli.gateway_health_urls):
        parts.append(Part("services", every_s, lambda: dependencies.services(client, urls)))
    if monitors := listed(settings.census.nats_monitor_urls):
        parts.append(Part("nats", every_s, lambda: dependencies.nats(client, monitors)))
    addresses = (
        settings.bus.nats_url,
        settings.objects.s3_url,
        settings.vectors.qdrant_url,
        settings.cli.gateway_url,
    )
    named = pairs("CENSUS_CERTIFICATES", settings.census.census_certificates)
    if asked := certificates.places(named, addresses):
        parts.append(Part("certificates", HOUR_S, lambda: certificates.certificates(asked)))
    return parts


def _local(settings: Settings) -> list[Part]:
    """What this machine knows, as far as it is told where to look."""
    own = settings.census
    parts = []
    if volumes := pairs("CENSUS_VOLUMES", own.census_volumes):
        disks = partial(asyncio.to_thread, local.disks, volumes)
        parts.append(Part("disks", own.census_every_s, disks))
    seed = settings.bus.nats_nkey_seed_file
    folder = Path(own.nats_keys_dir) if own.nats_keys_dir else Path(seed).parent if seed else None
    if folder is not None:
        parts.append(
            Part("keys", HOUR_S, lambda: asyncio.to_thread(local.keys, folder, time.time()))
        )
    return parts


def _now() -> datetime:
    return datetime.now(UTC)
