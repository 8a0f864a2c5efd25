"""Row 27: 500 clients listen live, some never read; the gateway is killed in between."""

import asyncio
import contextlib
import re
import time

import pytest

from chaos.conftest import Start
from chaos.kit import strike
from chaos.kit.load import Load
from chaos.kit.system import System
from chaos.kit.verdict import assert_green
from servers import poll_until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]
CLIENTS, ASLEEP = 500, 50
MOST_GROWTH_MB = 150.0
ID = re.compile(rb"^id: ?(\d+)", re.MULTILINE)


class Ear:
    """One client; it comes back with the last id it has."""

    def __init__(self, port: int, *, sleeps: bool) -> None:
        self.ids: list[int] = []
        self.resets = 0
        self._port = port
        self._sleeps = sleeps

    async def listen(self) -> None:
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await self._once()
            await asyncio.sleep(0.5)

    async def _once(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port, limit=2**22)
        last = self.ids[-1] if self.ids else 0
        head = f"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
        writer.write(f"{head}Last-Event-ID: {last}\r\n\r\n".encode())
        try:
            if self._sleeps:
                await asyncio.Event().wait()
            while line := await reader.readline():
                if found := ID.match(line):
                    self.ids.append(int(found[1]))
                self.resets += line.startswith(b"event: reset")
        finally:
            writer.close()


def storm(system: System) -> tuple[list[Ear], float]:
    """All listen until the papers are through; the clients and the growth of the gateway in MB."""
    ears = [Ear(system.ports["page"], sleeps=n < ASLEEP) for n in range(CLIENTS)]

    async def listened() -> float:
        tasks = [asyncio.create_task(ear.listen()) for ear in ears]
        before = strike.resident_mb(system.pid("gateway"))
        with_load = asyncio.to_thread(_loaded, system)
        await with_load
        grown = strike.resident_mb(system.pid("gateway")) - before
        awake = ears[ASLEEP:]
        until = time.monotonic() + 180
        last = max(ear.ids[-1] for ear in awake if ear.ids)
        while any(not ear.ids or ear.ids[-1] < last for ear in awake):
            assert time.monotonic() < until, "some client was left behind"
            await asyncio.sleep(0.2)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return grown

    return ears, asyncio.run(listened())


def _loaded(system: System) -> None:
    with Load(system, 20) as load:
        poll_until(lambda: len(load.accepted) > system.papers // 2, "no load", seconds=120)
        strike.kill(system.child("gateway").pid)
    system.reach(lambda c: c.announced >= system.papers == c.ended, "not ended", 300)


def test_no_gap_no_repeat_and_bounded_memory(start: Start) -> None:
    system = start(60)
    ears, grown = storm(system)
    assert_green(system)
    heard = ears[ASLEEP].ids
    print(f"{CLIENTS} clients, {len(heard)} facts each; the gateway grew by {grown:.0f} MB")
    assert len(heard) > system.papers * 3
    for ear in ears[ASLEEP:]:
        assert ear.ids == sorted(set(ear.ids))
        assert ear.resets or set(heard[: len(ear.ids)]) == set(ear.ids)
    assert grown < MOST_GROWTH_MB
