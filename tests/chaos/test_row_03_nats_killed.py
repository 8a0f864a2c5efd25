"""Row 3: nats-server is killed and comes back, again and again."""

import time

import pytest

from chaos.conftest import Share
from chaos.kit import strike
from chaos.kit.load import Load
from chaos.kit.verdict import assert_green
from common import topology
from servers import poll_until

FAST = pytest.param(3, 20, marks=pytest.mark.quick_chaos)
WHOLE = pytest.param(10, 120, marks=pytest.mark.chaos)
BACK_S = 10.0


@pytest.mark.timeout(500)
@pytest.mark.parametrize(("kills", "papers"), [FAST, WHOLE])
def test_no_service_ends_and_nothing_is_lost(share: Share, kills: int, papers: int) -> None:
    system = share(papers)
    before = {name: system.pid(name) for name in topology.SERVICES}
    slowest = 0.0
    with Load(system, kills * 3) as load:
        for _ in range(kills):
            system.down("nats")
            poll_until(lambda: not system.is_ready("indexer"), "nobody noticed", seconds=60)
            system.up("nats")
            began = time.monotonic()
            poll_until(
                lambda: all(map(system.is_ready, topology.SERVICES)), "not ready", seconds=60
            )
            slowest = max(slowest, time.monotonic() - began)
    assert_green(system, load.accepted)
    print(f"ready again after {slowest:.1f} s at most")
    assert {name: system.pid(name) for name in topology.SERVICES} == before
    assert slowest < BACK_S + strike.SLACK_S
