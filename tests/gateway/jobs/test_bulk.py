"""Work asked of a service paper by paper: summaries, and the index."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from common.errors import Unavailable
from common.events import IndexRequested, SummaryRequested
from fakes_gateway import World
from fakes_office import Meta, Office, filled
from gateway.jobs import kept

WORK = [
    ("summaries", {"redo": True}, "summarizer"),
    ("reindex", {}, "indexer"),
]


class Service:
    """Does what it is asked, by writing the row as a service does."""

    def __init__(self, world: World, *, after_s: float = 0.0) -> None:
        self.world, self.after_s = world, after_s
        self.answered: list[str] = []
        self.most = 0
        """So many were asked at once."""

    @property
    def asked(self) -> list[Any]:
        """Everything that was asked."""
        return self.world.bus.requests

    async def run(self) -> None:
        while True:
            while len(self.answered) < len(self.asked):
                self.most = max(self.most, len(self.asked) - len(self.answered))
                await asyncio.sleep(self.after_s)
                self._answer(self.asked[len(self.answered)])
            await asyncio.sleep(0.005)

    def _answer(self, asked: Any) -> None:
        assert isinstance(asked, SummaryRequested | IndexRequested)
        name = "summarizer" if isinstance(asked, SummaryRequested) else "indexer"
        change(self.world, asked.paper, name, epoch=asked.epoch, cause=asked.event_id, state="done")
        self.answered.append(asked.paper)


@asynccontextmanager
async def served(world: World, *, after_s: float = 0.0) -> AsyncIterator[Service]:
    service = Service(world, after_s=after_s)
    running = asyncio.create_task(service.run())
    try:
        yield service
    finally:
        running.cancel()


def change(world: World, paper: str, row: str, **more: Any) -> None:
    rows = world.ledger.rows[paper]
    rows[row] = msgspec.structs.replace(rows[row], **more)


async def test_summaries(world: World, meta: Meta) -> None:
    filled(world, meta, 30)
    change(world, "arxiv:2401.00003", "summarizer", state="dead")
    del world.ledger.rows["arxiv:2401.00004"]["summarizer"]  # on its way by itself
    async with served(world) as service, Office(world) as office:
        plain = await office.ended(await office.ask("summaries"))
        assert (plain.state, plain.counts.done) == ("ok", 30)
        assert service.answered == ["arxiv:2401.00003"]
        other = await office.ended(await office.ask("summaries", model="other"))
        assert (other.counts.done, len(service.answered)) == (30, 30)
        named = await office.ended(await office.ask("summaries", ids=["2401.00001"], redo=True))
        assert (named.counts.done, service.answered[-1]) == (1, "arxiv:2401.00001")


async def test_papers_are_indexed_anew(world: World, meta: Meta) -> None:
    filled(world, meta, 30)
    change(world, "arxiv:2401.00003", "indexer", state="dead", epoch=4)
    change(world, "arxiv:2401.00004", "indexer", state="waiting")  # comes by itself
    change(world, "arxiv:2401.00005", "fetcher", state="dead")
    async with served(world) as service, Office(world) as office:
        job = await office.ended(await office.ask("reindex", feed="ai-scholar"))
        assert (job.state, job.counts.done, job.counts.failed) == ("ok", 29, 1)
        assert len(service.answered) == 28
        assert {asked.epoch for asked in service.asked} == {1, 5}
        named = await office.ended(await office.ask("reindex", ids=["2401.00001", "2401.09999"]))
        assert (named.counts.done, named.counts.failed) == (1, 1)
        assert (service.answered[28:], named.title) == (
            ["arxiv:2401.00001"],
            "Re-index 2401.00001, 2401.09999",
        )


@pytest.mark.parametrize(("kind", "params", "row"), WORK)
async def test_few_are_asked_at_once(
    world: World, meta: Meta, kind: str, params: dict[str, Any], row: str
) -> None:
    async with served(filled(world, meta, 40), after_s=0.005) as service, Office(world) as office:
        job = await office.ended(await office.ask(kind, **params))
        assert (job.counts.done, service.most) == (40, 8)


@pytest.mark.parametrize(("kind", "params", "row"), WORK)
async def test_what_dies_is_counted(
    world: World, meta: Meta, kind: str, params: dict[str, Any], row: str
) -> None:
    filled(world, meta, 3)
    async with Office(world) as office:
        job = await office.ask(kind, **params)
        await office.until(job, lambda found: found.state == "running")
        for n in range(3):
            change(world, f"arxiv:2401.{n:05d}", row, state="dead", epoch=1)
        done = await office.ended(job)
    assert (done.state, done.counts.done, done.counts.failed) == ("ok", 0, 3)


@pytest.mark.parametrize(("kind", "params", "row"), WORK)
async def test_a_cancel_stops_the_asking(
    world: World, meta: Meta, kind: str, params: dict[str, Any], row: str
) -> None:
    async with served(filled(world, meta, 60), after_s=0.02) as service, Office(world) as office:
        job = await office.ask(kind, **params)
        await office.until(job, lambda found: found.counts.done > 2)
        await kept.cancel(office.stores.jobs, job.id, at="2026-07-14T09:00:00Z")
        await office.until(job, lambda found: found.stage == "stopped")
        asked = len(service.asked)
        await asyncio.sleep(0.2)
        assert len(service.asked) == asked < 60


@pytest.mark.parametrize(("kind", "params", "row"), WORK)
async def test_what_another_gateway_left_is_not_asked_again(
    world: World, meta: Meta, kind: str, params: dict[str, Any], row: str
) -> None:
    async with served(filled(world, meta, 40), after_s=0.01) as service:
        async with Office(world) as office:
            job = await office.ask(kind, **params)
            await office.until(job, lambda found: found.counts.done > 5)
        left = await kept.one(world.stores().jobs, job.id)
        assert (left.state, left.worker) == ("queued", "")
        async with Office(world) as office:
            done = await office.ended(job)
        assert (done.state, done.counts.done) == ("ok", 40)
        assert len(set(service.answered)) == 40
        causes = {world.ledger.rows[paper][row].cause for paper in service.answered}
        assert len(causes) == 40


async def test_a_bus_that_is_away_is_waited_for(
    world: World, meta: Meta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.jobs.desk.RETRY_S", 0.05)
    filled(world, meta, 3)
    request, away = world.bus.request, iter((True, True))

    async def shaky(message: Any) -> int:
        if next(away, False):
            raise Unavailable("nats", "gone")
        return await request(message)

    monkeypatch.setattr(world.bus, "request", shaky)
    async with served(world) as service, Office(world) as office:
        job = await office.ended(await office.ask("reindex"))
    assert (job.state, job.error, job.counts.done, len(service.answered)) == ("ok", "", 3, 3)
