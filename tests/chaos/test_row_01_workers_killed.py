"""Row 1: a service is killed every two seconds."""

import time

import pytest

from chaos.conftest import Start
from chaos.kit import attempts, strike
from chaos.kit.load import Load
from chaos.kit.verdict import assert_green
from common import topology

FAST = pytest.param(20, 40, marks=pytest.mark.quick_chaos)
WHOLE = pytest.param(60, 120, marks=pytest.mark.chaos)


@pytest.mark.timeout(500)
@pytest.mark.parametrize(("seconds", "papers"), [FAST, WHOLE])
def test_nothing_is_lost_or_done_twice(start: Start, seconds: float, papers: int) -> None:
    system = start(papers)
    kills = 0
    until = time.monotonic() + seconds
    with Load(system, seconds):
        while time.monotonic() < until:
            strike.kill(system.child(system.random.choice(topology.SERVICES)).pid)
            kills += 1
            time.sleep(2)  # the row's own pace, not a wait for something
    assert_green(system)
    ended = [line for line in system.said if "ended with -9" in line]
    print(f"{kills} kills, {len(ended)} restarts, {attempts.most(system)} deliveries at most")
    assert len(ended) >= kills // 2
