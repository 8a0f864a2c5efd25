"""A job that re-indexes papers: two gateways take turns, and nobody is told or paid twice."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from common import jobs, survey
from common.ids import now
from common.jobs import Job
from common.settings import ObjectsSettings
from fakes_gateway import World
from fakes_indexer import LetterCounts
from gateway.index import QdrantIndex
from gateway.jobs import asking, kept
from gateway.jobs.desk import Desk
from gateway.ports import Stores
from servers import Nats
from small_system import Held, System, name_of, small_system

pytestmark = [pytest.mark.connected, pytest.mark.timeout(300)]

ALL = range(16)
NEW = range(100, 112)


class Stuck(LetterCounts):
    """Embeds what it knows; papers from the hundredth on wait until they are let go."""

    def __init__(self) -> None:
        self.holding, self.let_go = asyncio.Event(), asyncio.Event()

    async def embed(self, bodies: Sequence[str]) -> Any:
        if any(f"paper {number}" in body for number in NEW for body in bodies):
            self.holding.set()
            await self.let_go.wait()
        return await super().embed(bodies)


@pytest.fixture
async def system(nats: Nats, s3: ObjectsSettings, tmp_path: Path) -> AsyncIterator[System]:
    async with small_system(nats, s3, tmp_path) as running:
        await running.announce(*ALL)
        await running.until_ready(*ALL)
        yield running


def stores(system: System) -> Stores:
    runtime = system.runtime
    return msgspec.structs.replace(
        World().stores(),
        index=QdrantIndex(system.vectors, system.embedder),
        ledger=runtime.ledger,
        bus=runtime.bus,
        jobs=runtime.kv(jobs.BUCKET),
    )


@asynccontextmanager
async def gateway(wired: Stores, name: str) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    running = asyncio.create_task(Desk(wired, name, look_s=0.1).run(stopping))
    try:
        yield
    finally:
        stopping.set()
        await running


async def until(wired: Stores, job: Job, fits: Callable[[Job], bool], seconds: float = 60) -> Job:
    async with asyncio.timeout(seconds):
        while not fits(found := await kept.one(wired.jobs, job.id)):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return found


async def indexed(system: System) -> dict[str, int]:
    """How often each paper was indexed."""
    found: dict[str, int] = {}
    async for entry in survey.revisions(system.runtime.js, "indexer"):
        found[entry.row.paper] = found.get(entry.row.paper, 0) + 1
    return found


async def told_and_paid(system: System) -> tuple[list[str], int, list[Any]]:
    spent = [(k, entry.value) for k, entry in await system.runtime.kv("spend").items()]
    return list(system.told), system.model.asked, spent


async def test_all_papers_once_by_two_gateways_and_nobody_is_told(system: System) -> None:
    before, found, wired = await told_and_paid(system), await system.searched(), stores(system)
    system.embedder = held = Held(first=6)
    job = await asking.start(wired, "reindex", {})
    async with gateway(wired, "first"):
        await until(wired, job, lambda one: one.counts.done >= 2)
    left = await kept.one(wired.jobs, job.id)
    held.let_go.set()
    async with gateway(wired, "second"):
        done = await until(wired, job, lambda one: one.is_ended)

    assert (left.state, done.state, done.counts.done, done.counts.failed) == (
        *("queued", "ok"),
        *(len(ALL), 0),
    )
    assert await indexed(system) == {name_of(n): 2 for n in ALL}
    assert await system.searched() == found
    assert await told_and_paid(system) == before


async def test_a_cancel_stops_what_the_indexer_has_in_hand(system: System) -> None:
    found, wired, unheld = await system.searched(), stores(system), system.embedder
    system.embedder = held = Held(first=0)
    job = await asking.start(wired, "reindex", {})
    async with gateway(wired, "first"):
        await asyncio.wait_for(held.holding.wait(), 60)
        await kept.cancel(wired.jobs, job.id, at=now())
        await until(wired, job, lambda one: one.stage == "stopped")

        async def idle() -> bool:
            info = await system.runtime.js.consumer_info("REQUESTS", "indexer-index-requested")
            return (info.num_pending, info.num_ack_pending) == (0, 0)

        await system.until(idle, "the indexer goes on")  # it is never let go

    system.embedder = unheld
    rows = [await system.row(number, "indexer") for number in ALL]
    assert {row.state for row in rows if row} == {"done"}
    assert await system.searched() == found


async def test_what_a_person_asks_overtakes_what_was_harvested(system: System) -> None:
    wired = stores(system)
    system.embedder = stuck = Stuck()
    await system.announce(*NEW)
    await asyncio.wait_for(stuck.holding.wait(), 60)
    async with gateway(wired, "first"):
        job = await asking.start(wired, "reindex", {"ids": [name_of(3)]})
        done = await until(wired, job, lambda one: one.is_ended)
    assert (done.state, done.counts.done) == ("ok", 1)
    assert await indexed(system) == {**dict.fromkeys(map(name_of, ALL), 1), name_of(3): 2}
    stuck.let_go.set()
    await system.until_ready(*NEW)


async def test_only_what_is_meant_is_indexed_again(system: System) -> None:
    wired = stores(system)
    async with gateway(wired, "first"):
        feed = await asking.start(wired, "reindex", {"feed": "even", "date_from": "2026-06-14"})
        by_feed = await until(wired, feed, lambda one: one.is_ended)
        named = await asking.start(
            wired, "reindex", {"ids": [name_of(1), name_of(4), "2606.09999"]}
        )
        by_id = await until(wired, named, lambda one: one.is_ended)

    assert (by_feed.counts.done, by_feed.counts.failed) == (4, 0)
    assert (by_id.counts.done, by_id.counts.failed) == (2, 1)
    times = {**dict.fromkeys(ALL, 1), 1: 2, 4: 3, 6: 2, 8: 2, 14: 2}
    assert await indexed(system) == {name_of(n): times[n] for n in ALL}
