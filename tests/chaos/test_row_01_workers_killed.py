"""Row 1: a service is killed every two seconds."""

import time

import pytest

from chaos.conftest import Share
from chaos.kit import attempts, strike
from chaos.kit.load import Load
from chaos.kit.verdict import assert_green
from common import topology

FAST = pytest.param(12, 24, marks=pytest.mark.quick_chaos)
WHOLE = pytest.param(60, 120, marks=pytest.mark.chaos)


@pytest.mark.timeout(500)
@pytest.mark.parametrize(("seconds", "papers"), [FAST, WHOLE])
def test_nothing_is_lost_or_done_twice(share: Share, seconds: float, papers: int) -> None:
    system = share(papers)
    kills = held = 0
    said, before = len(system.said), attempts.again(system)
    until = time.monotonic() + seconds
    with Load(system, seconds) as load:
        while time.monotonic() < until:
            service = system.random.choice(topology.SERVICES)
            with strike.paused(pid := system.pid(service)):
                held = max(held, attempts.held(system, service))
                strike.kill(pid)
            kills += 1
            time.sleep(1)  # the row's own pace, not a wait for something
    assert_green(system, load.accepted)
    ended = [line for line in system.said[said:] if "ended with -9" in line]
    again = attempts.again(system) - before
    print(f"{kills} kills, {len(ended)} restarts; up to {held} in hand, {again} given out again")
    assert len(ended) >= kills > 0
    assert again >= held, "what a dead worker held was not given to another one"
