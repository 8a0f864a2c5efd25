"""Pauses on a real server: seen, renewed, lifted, and never a burden to the other replicas."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest

from buses import connected, until
from common import consuming
from common.boundary import Boundary
from common.circuits import Circuits
from common.errors import Unavailable
from common.events import Event, PaperAnnounced, PaperFetched, PaperMeta
from common.handlers import Handlers
from common.ledger import Ledger
from common.pauses import PAUSE_S, Pause, end_of, pause_of
from common.pausing import LOOK_EVERY_S, Pausing
from common.runtime import Runtime
from servers import Nats

pytestmark = pytest.mark.connected

DURABLE = "fetcher-paper-announced"


class Down:
    """Whether the dependency of a replica is down."""

    def __init__(self, *, is_down: bool) -> None:
        self.is_down = is_down


def needing(down: Down) -> Handlers:
    handlers = Handlers("fetcher")

    @handlers.on(PaperAnnounced)
    async def on_paper_announced(event: PaperAnnounced) -> Event:
        if down.is_down:
            raise Unavailable("objects", "refused", delay_s=0.3)
        return PaperFetched(paper=event.paper, version=event.version, meta=event.meta)

    return handlers


@asynccontextmanager
async def replica(nats: Nats, down: Down, *, workers: int = 2) -> AsyncIterator[Boundary]:
    broker = consuming.broker_for(nats.settings(), "fetcher")
    js = (await broker.connect()).jetstream()
    circuits = Circuits()
    binding = needing(down).bindings[0]
    boundary = Boundary("fetcher", binding, Ledger(js), js, circuits=circuits)
    consuming.bind(broker, [(boundary, workers)])
    pausing = asyncio.create_task(Pausing(js, circuits, [boundary]).run())
    await consuming.start(broker, asyncio.Event())
    try:
        yield boundary
    finally:
        pausing.cancel()
        boundary.stopping.set()
        with suppress(asyncio.CancelledError):
            await pausing
        await broker.stop()


async def announce(runtime: Runtime, count: int) -> list[str]:
    papers = [f"arxiv:2401.{number:05d}" for number in range(count)]
    for paper in papers:
        event = PaperAnnounced(paper=paper, version=1, meta=PaperMeta(title="T"))
        assert await runtime.ledger.announce(event, None)
    return papers


async def attempts(runtime: Runtime, papers: list[str]) -> list[int]:
    """Of those that are done."""
    rows = [await runtime.ledger.read(paper, "fetcher") for paper in papers]
    return [found.row.attempts for found in rows if found and found.row.state == "done"]


async def pause(runtime: Runtime) -> Pause | None:
    return pause_of(await runtime.js.consumer_info("PAPERS", DURABLE))


async def test_it_is_paused_while_the_dependency_is_down_and_drains_after(nats: Nats) -> None:
    down = Down(is_down=True)
    began = datetime.now(UTC) - timedelta(seconds=2)  # a pause tells whole seconds
    async with connected(nats) as runtime, replica(nats, down):
        papers = await announce(runtime, 8)

        async def is_paused() -> bool:
            return await pause(runtime) is not None

        await until(is_paused, "never paused")
        told = await pause(runtime)
        assert told is not None
        assert (told.dependency, told.state) == ("objects", "waiting")
        assert began <= datetime.fromisoformat(told.since) <= datetime.now(UTC)

        async def is_renewed() -> bool:
            again = await pause(runtime)
            return again is not None and again.until > told.until

        await until(is_renewed, "it is not renewed", seconds=PAUSE_S)
        assert await attempts(runtime, papers) == []
        down.is_down = False

        async def all_done() -> bool:
            return len(await attempts(runtime, papers)) == 8

        await until(all_done, "it does not drain", seconds=12)
        assert await attempts(runtime, papers) == [1] * 8, "nothing burnt an attempt"
        assert await pause(runtime) is None


async def test_one_replicas_own_trouble_does_not_stop_the_other(nats: Nats) -> None:
    sick, well = Down(is_down=True), Down(is_down=False)
    async with connected(nats) as runtime, replica(nats, sick) as first:
        papers = await announce(runtime, 30)

        async def is_paused() -> bool:
            return await pause(runtime) is not None

        await until(is_paused, "never paused")
        async with replica(nats, well):

            async def the_rest_is_done() -> bool:
                return len(await attempts(runtime, papers)) == 30 - first.in_work

            await until(the_rest_is_done, "the healthy one is held up")
            assert first.in_work == 2
            await announce_more(runtime, 7)
            await until(seven_more(runtime), "held up again")
        sick.is_down = False

        async def all_done() -> bool:
            return len(await attempts(runtime, papers)) == 30

        await until(all_done, "what was in hand is not done")


async def announce_more(runtime: Runtime, count: int) -> None:
    for number in range(count):
        event = PaperAnnounced(
            paper=f"arxiv:2402.{number:05d}", version=1, meta=PaperMeta(title="T")
        )
        assert await runtime.ledger.announce(event, None)


def seven_more(runtime: Runtime) -> Callable[[], Awaitable[bool]]:
    papers = [f"arxiv:2402.{number:05d}" for number in range(7)]

    async def done() -> bool:
        return len(await attempts(runtime, papers)) == 7

    return done


async def test_a_pause_left_behind_is_lifted_by_who_comes_next(nats: Nats) -> None:
    async with connected(nats) as runtime:
        end = end_of("llm", "", datetime.now(UTC))
        await runtime.js.pause_consumer("PAPERS", DURABLE, end)
        papers = await announce(runtime, 2)
        async with replica(nats, Down(is_down=False)):

            async def all_done() -> bool:
                return len(await attempts(runtime, papers)) == 2

            await until(all_done, "it waits for the dead", seconds=PAUSE_S - 5)


async def test_a_pause_made_by_a_person_is_left_alone(nats: Nats) -> None:
    async with connected(nats) as runtime:
        hour = (datetime.now(UTC) + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
        await runtime.js.pause_consumer("PAPERS", DURABLE, hour)
        papers = await announce(runtime, 1)
        async with replica(nats, Down(is_down=False)):
            await asyncio.sleep(2.2 * LOOK_EVERY_S)  # nothing may happen, so nothing is polled
            told = await pause(runtime)
            assert told is not None
            assert told.dependency == "a person"
            assert await attempts(runtime, papers) == []
