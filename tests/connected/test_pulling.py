"""The plain loop that takes the messages of one durable, on a real nats-server."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs

from buses import connected
from common import provision, topology
from common.delivery import Delivery
from common.events import FetchRequested
from common.pulling import pull
from common.runtime import Runtime
from servers import Nats

pytestmark = pytest.mark.connected

SOURCE = next(one for one in topology.CONSUMERS if one.event is FetchRequested)


class Pulled:
    """What a running loop has taken, each with how many were in work with it."""

    def __init__(self) -> None:
        self.stopping = asyncio.Event()
        self.feeds: list[str] = []
        self.together: list[int] = []
        self._in_work = 0

    async def take(self, delivery: Delivery) -> None:
        self._in_work += 1
        self.together.append(self._in_work)
        await asyncio.sleep(0)
        self.feeds.append(msgspec.json.decode(delivery.body, type=FetchRequested).feed)
        await delivery.ack()
        self._in_work -= 1

    async def wait_for(self, *feeds: str) -> None:
        async with asyncio.timeout(60):
            while True:
                if self.feeds == list(feeds):
                    return
                await asyncio.sleep(0.02)


@asynccontextmanager
async def pulling(runtime: Runtime) -> AsyncIterator[Pulled]:
    """A loop that is stopped in the end, and must see it."""
    pulled = Pulled()
    loop = pull(runtime.js, SOURCE, take=pulled.take, stopping=pulled.stopping, idle_s=0.2)
    task = asyncio.create_task(loop)
    try:
        yield pulled
        pulled.stopping.set()
        await asyncio.wait_for(task, 60)
    finally:
        task.cancel()


async def told(lines: Sequence[Mapping[str, Any]], event: str) -> None:
    async with asyncio.timeout(60):
        while True:
            if any(line["event"] == event for line in lines):
                return
            await asyncio.sleep(0.02)


async def ask(runtime: Runtime, *feeds: str) -> None:
    for feed in feeds:
        await runtime.bus.request(FetchRequested(feed=feed))


async def test_takes_one_after_the_other_in_their_order(nats: Nats) -> None:
    async with connected(nats) as runtime, pulling(runtime) as pulled:
        await ask(runtime, "ai", "bio")
        await pulled.wait_for("ai", "bio")
        await ask(runtime, "cs")
        await pulled.wait_for("ai", "bio", "cs")
    assert set(pulled.together) == {1}


async def test_waits_for_a_durable_that_is_not_there(nats: Nats) -> None:
    async with connected(nats) as runtime:
        await runtime.js.delete_consumer(SOURCE.stream, SOURCE.durable)
        await ask(runtime, "ai")
        with capture_logs() as lines:
            async with pulling(runtime) as pulled:
                await told(lines, "pull_waits")
                await provision.apply(runtime.nc)
                await pulled.wait_for("ai")
        assert {line["durable"] for line in lines if "durable" in line} == {SOURCE.durable}


async def test_takes_nothing_when_it_is_stopped_before(nats: Nats) -> None:
    async with connected(nats) as runtime:
        await ask(runtime, "ai")
        stopped = Pulled()
        stopped.stopping.set()
        await pull(runtime.js, SOURCE, take=stopped.take, stopping=stopped.stopping, idle_s=0.2)
        assert stopped.feeds == []
        info = await runtime.js.consumer_info(SOURCE.stream, SOURCE.durable)
        assert (info.num_pending, info.num_ack_pending) == (1, 0)
