"""Probes are told what the last look found."""

import asyncio

import pytest

from common.errors import Unavailable
from common.steady import Steady
from gateway import readiness
from gateway.readiness import Readiness


class Stores:
    """A store that can go away, and counts how often it is asked."""

    def __init__(self) -> None:
        self.down = False
        self.asked = 0
        self.looked = asyncio.Event()

    async def check(self) -> None:
        self.asked += 1
        self.looked.set()
        if self.down:
            raise Unavailable("nats", "gone")


async def test_loading_then_ok_then_degraded_then_not_ready() -> None:
    stores = Stores()
    made = Readiness({"nats": stores.check}, Steady(looks=2, span_s=0))
    stores.down = True
    assert (await made.problems(), made.status, made.is_ready) == (("nats",), "loading", False)
    stores.down = False
    assert (await made.problems(), made.status, made.is_ready) == ((), "ok", True)
    stores.down = True
    assert (await made.problems(), made.status, made.is_ready) == (("nats",), "degraded", True)
    assert (await made.problems(), made.status, made.is_ready) == (("nats",), "degraded", False)


async def test_while_it_is_watched_no_probe_asks_a_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "EVERY_S", 0.01)
    stores = Stores()
    made = Readiness({"nats": stores.check})
    stopping = asyncio.Event()
    watching = asyncio.create_task(made.watch(stopping))
    async with asyncio.timeout(60):
        while stores.asked < 3:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        stopping.set()
        await watching
    asked = stores.asked
    assert [await made.problems() for _ in range(5)] == [()] * 5
    assert stores.asked == asked
