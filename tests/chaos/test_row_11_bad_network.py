"""Row 11: 200 ms on the way to nats-server, and nothing at all for 5 s in 20."""

import time

import pytest

from chaos.conftest import Start
from chaos.kit import attempts
from chaos.kit.load import Load
from chaos.kit.verdict import assert_green
from servers import poll_until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(700)]
MOST_AGAIN = 0.05


def test_work_goes_on_without_a_storm(start: Start) -> None:
    system = start(24, proxied=("nats",))
    system.spoil("nats", latency_s=0.2)
    began = time.monotonic()
    with Load(system, 45) as load:
        while not load.is_over:
            until = time.monotonic() + 15
            poll_until(lambda: time.monotonic() > until or load.is_over, "time")  # noqa: B023
            system.spoil("nats", black_hole=True)
            until = time.monotonic() + 5
            poll_until(lambda: time.monotonic() > until, "time")  # noqa: B023
            system.spoil("nats", black_hole=False)
    print(f"load took {time.monotonic() - began:.0f} s; {load.statuses()}")
    system.spoil("nats", latency_s=0)
    assert_green(system, load.accepted)
    share = attempts.again_share(system)
    print(f"delivered again: {share:.1%}")
    assert share < MOST_AGAIN
