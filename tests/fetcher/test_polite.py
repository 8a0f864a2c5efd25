"""The lease that keeps all replicas polite, in virtual time."""

import asyncio
import itertools
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import Unavailable
from fakes_fetcher import virtually
from fetcher.lease import Lease, Pace
from fetcher.memory import MemoryKv
from fetcher.polite import Polite

TINY = 1e-6


class LateKv(MemoryKv):
    """Every call takes a little virtual time, so that replicas get into each other's way."""

    def __init__(self, delays: list[float]) -> None:
        super().__init__()
        self._delays, self._calls = delays, 0

    async def _late(self) -> None:
        self._calls += 1
        await asyncio.sleep(self._delays[self._calls % len(self._delays)])

    async def get(self, key: str, /) -> Any:
        await self._late()
        return await super().get(key)

    async def update(self, key: str, value: bytes, revision: int, /) -> int | None:
        await self._late()
        return await super().update(key, value, revision)


@settings(max_examples=60, deadline=None)
@given(
    replicas=st.integers(1, 5),
    waiting=st.integers(1, 3),
    interval=st.sampled_from([0.0, 0.1, 0.6, 3.0]),
    spans=st.lists(st.floats(0, 9), min_size=1, max_size=6),
    delays=st.lists(st.floats(0, 0.2), min_size=1, max_size=5),
)
def test_spacing_and_one_at_a_time(
    replicas: int, waiting: int, interval: float, spans: list[float], delays: list[float]
) -> None:
    seen: list[tuple[float, float, int]] = []

    async def main(loop: asyncio.AbstractEventLoop) -> None:
        kv = LateKv(delays)

        async def ask(polite: Polite, who: int) -> None:
            for number in range(3):
                async with polite.turn():
                    began = loop.time()
                    await asyncio.sleep(spans[(who + number) % len(spans)])
                    seen.append((began, loop.time(), who))

        pace = Pace(interval_s=interval)
        turnstiles = [
            Polite(kv, "arxiv", f"r{n}", pace=pace, now=loop.time) for n in range(replicas)
        ]
        await asyncio.gather(*(ask(p, n) for n, p in enumerate(turnstiles) for _ in range(waiting)))

    virtually(main)
    assert len(seen) == 3 * replicas * waiting
    seen.sort()
    for (_, ended, _), (next_begun, _, _) in itertools.pairwise(seen):
        # one connection, and one request an interval however long it was on its way
        assert next_begun - ended >= interval - TINY


@pytest.mark.parametrize("interval", [0.1, 3.0])
def test_the_interval_counts_from_the_answer(interval: float) -> None:
    async def main(loop: asyncio.AbstractEventLoop) -> float:
        polite = Polite(MemoryKv(), "arxiv", "a", pace=Pace(interval_s=interval), now=loop.time)
        async with polite.turn():
            await asyncio.sleep(0.5)  # on its way
            polite.answered()
            began = loop.time()
            await asyncio.sleep(1)  # a long body
        async with polite.turn():
            return loop.time() - began

    assert virtually(main) == pytest.approx(max(interval, 1), abs=0.01)


@pytest.mark.parametrize("interval", [0.0, 3.0])
def test_nobody_starves(interval: float) -> None:
    order: list[str] = []

    async def main(loop: asyncio.AbstractEventLoop) -> None:
        kv = MemoryKv()
        until = loop.time() + 120

        async def ask(name: str) -> None:
            polite = Polite(kv, "arxiv", name, pace=Pace(interval_s=interval), now=loop.time)

            async def one() -> None:
                while loop.time() < until:
                    async with polite.turn():
                        await asyncio.sleep(0.05)
                        order.append(name)

            await asyncio.gather(one(), one())

        await asyncio.gather(ask("a"), ask("b"), ask("c"))

    virtually(main)
    shares = [order.count(name) / len(order) for name in "abc"]
    assert min(shares) > 0.2


def test_a_short_interval_spares_the_bucket() -> None:
    async def main(loop: asyncio.AbstractEventLoop) -> int:
        kv = MemoryKv()
        polite = Polite(kv, "arxiv", "a", pace=Pace(interval_s=0), now=loop.time)
        for _ in range(200):
            async with polite.turn():
                await asyncio.sleep(0.01)
        entry = await kv.get("arxiv")
        assert entry is not None
        return entry.revision

    assert virtually(main) < 10


def test_after_a_crash_others_go_on_soon() -> None:
    async def main(loop: asyncio.AbstractEventLoop) -> float:
        kv = MemoryKv()
        dead = Lease(owner="dead", expires=loop.time() + 6)
        await kv.put("arxiv", msgspec.json.encode(dead))
        began = loop.time()
        async with Polite(kv, "arxiv", "b", pace=Pace(), now=loop.time).turn():
            return loop.time() - began

    assert 6 <= virtually(main) < 7


@pytest.mark.parametrize(
    ("left", "most"), [({"next": 600.0}, 6), ({"owner": "dead", "expires": 606.0}, 13)]
)
def test_a_clock_that_was_ahead_holds_up_nobody(left: dict[str, Any], most: float) -> None:
    async def main(loop: asyncio.AbstractEventLoop) -> list[float]:
        kv = MemoryKv()
        began = loop.time()
        ahead = {key: value + began if key != "owner" else value for key, value in left.items()}
        await kv.put("arxiv", msgspec.json.encode(ahead))
        polite = Polite(kv, "arxiv", "b", pace=Pace(), now=loop.time)
        waits = []
        for _ in range(2):
            async with polite.turn():
                waits.append(loop.time() - began)
        return waits

    first, second = virtually(main)
    assert first <= most
    assert second == pytest.approx(first + 3)


def test_a_long_request_keeps_its_lease() -> None:
    async def main(loop: asyncio.AbstractEventLoop) -> float:
        kv = MemoryKv()
        one, two = (Polite(kv, "arxiv", n, pace=Pace(), now=loop.time) for n in "ab")
        began = loop.time()

        async def long() -> None:
            async with one.turn():
                await asyncio.sleep(50)

        async def short() -> float:
            await asyncio.sleep(0.01)
            async with two.turn():
                return loop.time() - began

        return (await asyncio.gather(long(), short()))[1]

    assert virtually(main) >= 50


def test_silence_holds_for_everybody() -> None:
    async def main(loop: asyncio.AbstractEventLoop) -> None:
        kv = MemoryKv()
        one, two = (Polite(kv, "arxiv", n, pace=Pace(), now=loop.time) for n in "ab")
        began = loop.time()
        async with one.turn():
            await one.stop(20, "answered 503")
        async with two.turn():
            assert loop.time() - began >= 20
            await two.stop(900, "answered 429")
        for polite in (one, two):
            with pytest.raises(Unavailable, match="answered 429") as caught:
                async with polite.turn():
                    pass
            assert caught.value.delay_s is not None
            assert 850 < caught.value.delay_s <= 900
        await asyncio.sleep(901)
        async with one.turn():
            assert loop.time() - began > 920

    virtually(main)


def test_giving_up_while_waiting_frees_the_way() -> None:
    async def main(loop: asyncio.AbstractEventLoop) -> float:
        kv = MemoryKv()
        polite = Polite(kv, "arxiv", "a", pace=Pace(interval_s=600), now=loop.time)
        async with polite.turn():
            pass

        async def turn() -> None:
            async with polite.turn():
                pass

        waiting = asyncio.create_task(turn())
        await asyncio.sleep(1)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        entry = await kv.get("arxiv")
        assert entry is not None
        return len(msgspec.json.decode(entry.value, type=Lease).owner)

    assert virtually(main) == 0
