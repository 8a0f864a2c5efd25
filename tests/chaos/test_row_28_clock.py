"""Row 28: the clock of one service is off by ten minutes, then jumps back."""

import time

import pytest

from chaos.conftest import Start
from chaos.kit import strike
from chaos.kit.able import needs
from chaos.kit.system import FEED, System
from chaos.kit.verdict import assert_green
from common import topology
from common.events import FetchRequested
from common.runtime import Runtime

pytestmark = [needs("faketime"), pytest.mark.chaos, pytest.mark.timeout(600)]


DUE_IN_S = 3


@pytest.mark.parametrize(
    ("service", "offset"), [("fetcher", "+10m"), ("summarizer", "-10m"), ("notifier", "+10m")]
)
def test_order_is_by_place_in_the_log(start: Start, service: str, offset: str) -> None:
    system = start(24)
    before = system.on_bus(schedules)
    system.again(service, **strike.clock(offset))
    plan_load(system)
    system.reach(lambda c: c.announced >= system.papers // 2, "the schedule did not fire")
    system.again(service, LD_PRELOAD="", FAKETIME="")
    verdict = assert_green(system)
    assert verdict.audit["ready"] >= system.papers * 0.8
    print(f"schedules {sorted(before)}")
    assert system.on_bus(schedules) == before, "a schedule was lost, or one that was done is left"


def plan_load(system: System) -> None:
    """Let the bus itself ask for all papers in a moment."""
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + DUE_IN_S))
    asked = FetchRequested(feed=FEED, since=system.plan.day_name)
    system.on_bus(lambda runtime: runtime.bus.schedule("load", f"@at {at}", asked, time_zone="UTC"))


async def schedules(runtime: Runtime) -> set[str]:
    wanted = f"{topology.SCHEDULE}.>"
    info = await runtime.js.stream_info(topology.REQUESTS, subjects_filter=wanted)
    return set(info.state.subjects or {})
