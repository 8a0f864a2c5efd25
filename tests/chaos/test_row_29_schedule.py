"""Row 29: a schedule falls due while nats-server is away; it fires once afterwards."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from common import provision
from common.events import FetchRequested
from common.runtime import Runtime, connect
from common.settings import BusSettings, RuntimeSettings
from servers import Nats, nats_server, poll_until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(200)]
DUE_IN_S = 6


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    bus: BusSettings
    runtime: RuntimeSettings = RuntimeSettings()


@pytest.fixture
def nats(tmp_path: Path) -> Iterator[Nats]:
    with nats_server(tmp_path / "nats") as server:
        yield server


async def planned(nats: Nats) -> None:
    async with connect("test", Settings(bus=BusSettings(nats_url=nats.url))) as runtime:
        await provision.apply(runtime.nc)
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + DUE_IN_S))
        await runtime.bus.schedule("once", f"@at {at}", FetchRequested(feed="f"), time_zone="UTC")


async def fired(nats: Nats) -> int:
    async with connect("test", Settings(bus=BusSettings(nats_url=nats.url))) as runtime:
        return await _waiting(runtime)


async def _waiting(runtime: Runtime) -> int:
    info = await runtime.js.stream_info("REQUESTS", subjects_filter=FetchRequested.subject)
    return sum((info.state.subjects or {}).values())


def test_it_fires_once(nats: Nats) -> None:
    asyncio.run(planned(nats))
    due = time.monotonic() + DUE_IN_S
    nats.kill()
    poll_until(lambda: time.monotonic() > due + 3, "time")
    nats.start()
    poll_until(lambda: asyncio.run(fired(nats)) == 1, "it never fired", seconds=30)
    nats.kill()
    nats.start()
    until = time.monotonic() + 5
    poll_until(lambda: time.monotonic() > until, "time")
    assert asyncio.run(fired(nats)) == 1
