"""Row 4: nats-server is away for three minutes, past the client's own patience."""

import time

import pytest

from chaos.conftest import Start
from chaos.kit import strike
from chaos.kit.load import Load
from chaos.kit.verdict import assert_green
from common import topology
from servers import poll_until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(700)]
AWAY_S = 180.0
BACK_S = 15.0
CPU = 0.2


def test_services_wait_calmly_and_go_on(start: Start) -> None:
    system = start(40)
    before = {name: system.pid(name) for name in topology.SERVICES}
    with Load(system, 20) as load:
        poll_until(lambda: len(load.accepted) > 4, "no load", seconds=120)
        system.down("nats")
        used = strike.cpu_share(list(before.values()), AWAY_S)
        system.up("nats")
        began = time.monotonic()
        poll_until(lambda: all(map(system.is_ready, topology.SERVICES)), "not ready", seconds=120)
        back_s = time.monotonic() - began
    shares = {name: round(used[pid], 3) for name, pid in before.items()}
    print(f"ready after {back_s:.1f} s; processor meanwhile {shares}")
    assert_green(system, load.accepted)
    assert {name: system.pid(name) for name in topology.SERVICES} == before
    assert back_s < BACK_S + strike.SLACK_S
    assert max(used.values()) < CPU
