"""Row 30: for a while nats-server knows other keys than the services have."""

import os
import re
import time

import nkeys
import pytest

from chaos.conftest import Start
from chaos.kit.load import Load
from chaos.kit.verdict import assert_green
from common import topology
from servers import poll_until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(500)]
PUBLIC_KEY = re.compile(r"\bU[A-Z2-7]{55}\b")
WRONG_FOR_S = 20.0
MOST_STARTS = 12
"""Of one service in that time: it may end and be started again, but not spin."""


def other_key(_: re.Match[str]) -> str:
    seed = nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER)
    return str(nkeys.from_seed(seed).public_key.decode())


def test_services_come_back_with_the_right_keys(start: Start) -> None:
    system = start(30)
    conf = system.stack.data.path / "nats" / "users.conf"
    right = conf.read_text()
    wrong, count = PUBLIC_KEY.subn(other_key, right)
    assert count >= len(topology.SERVICES), "the bus has no keys"
    with Load(system, 10) as load:
        poll_until(lambda: len(load.accepted) > 4, "no load", seconds=120)
        said = len(system.said)
        system.down("nats")
        conf.write_text(wrong)
        system.up("nats")
        time.sleep(WRONG_FOR_S)  # the length of the fault
        ended = system.said[said:]
        system.down("nats")
        conf.write_text(right)
        system.up("nats")
    poll_until(lambda: all(map(system.is_ready, topology.SERVICES)), "not ready", seconds=120)
    assert_green(system, load.accepted)
    starts = {name: sum(line.startswith(name) for line in ended) for name in topology.SERVICES}
    print(f"started again while the keys were wrong: {starts}")
    assert max(starts.values()) <= MOST_STARTS
