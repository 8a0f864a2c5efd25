"""What every page tells of work on the system."""

import asyncio
from typing import Any

import msgspec
import pytest
from litestar.testing import AsyncTestClient

from common.errors import Unavailable
from common.kv import Entry
from common.maintenance import Window
from fakes_gateway import FakeKv, World
from gateway import app
from gateway.edge import Edge
from gateway.gate import LOCAL_NAMES, Gate
from gateway.hub import Hub
from gateway.notices import Notices

STARTS, ENDS = "2020-01-01T02:00:00Z", "2999-01-01T06:00:00Z"
"""It goes on whenever this is run."""


async def keep(kv: FakeKv, **more: Any) -> None:
    plan = {"id": "1", "starts": STARTS, "ends": ENDS, "why": "a <b> disk.", "planned": STARTS}
    await kv.put("maintenance.1", msgspec.json.encode(Window(**{**plan, **more})))


@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), ("/status", 200), ("/nothing-of-that-name", 404)]
)
async def test_every_page_tells_of_it(path: str, status: int) -> None:
    world, gate = World(), Gate("", hosts=LOCAL_NAMES)
    await keep(world.operations)
    stores = world.stores()
    made = Edge(app.create(stores, Hub(world.bus), gate), gate)
    async with AsyncTestClient(made, base_url="http://127.0.0.1:8080") as client:
        headers = {"accept": "text/html"}
        quiet = await client.get(path, headers=headers)
        assert 'class="upkeep"' not in quiet.text
        await stores.notices.look()
        loud = await client.get(path, headers=headers)
    assert (quiet.status_code, loud.status_code) == (status, status)
    assert "paperbus is worked on</b> until" in loud.text
    assert "1 Jan 2999, 06:00 UTC" in loud.text
    assert "(a &lt;b&gt; disk) and may not always answer. Nothing is lost." in loud.text


async def test_what_begins_soon_is_told_with_both_its_times() -> None:
    kv = FakeKv()
    await keep(kv, starts="2026-12-06T02:00:00Z", ends="2026-12-06T06:00:00Z")
    await kv.put("maintenance.2", b"not json")
    await kv.put("backup.1", b"{}")
    notices = Notices(kv)
    await notices.look()
    found = notices.told("2026-12-05T12:00:00.000000Z")
    assert found is not None
    assert not found.runs
    assert (found.starts[:16], found.ends[:16]) == ("2026-12-06T02:00", "2026-12-06T06:00")
    assert notices.told("2026-12-01T12:00:00.000000Z") is None


class Gone:
    """A bucket that answers once."""

    def __init__(self, kv: FakeKv, stopping: asyncio.Event) -> None:
        self.kv, self.stopping, self.asked = kv, stopping, 0

    async def items(self, prefix: str = "", /) -> list[tuple[str, Entry]]:
        self.asked += 1
        if self.asked == 1:
            return await self.kv.items(prefix)
        self.stopping.set()
        raise Unavailable("nats", "gone")


async def test_while_the_bus_is_gone_the_last_ones_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gateway.notices.EVERY_S", 0)
    kv = FakeKv()
    await keep(kv)
    stopping = asyncio.Event()
    gone = Gone(kv, stopping)
    notices = Notices(gone)
    await asyncio.wait_for(notices.watch(stopping), 60)
    assert gone.asked == 2
    assert notices.told("2026-12-05T12:00:00.000000Z") is not None
