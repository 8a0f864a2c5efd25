"""Row 25: the object store is slow, resets connections, gives other bytes than it has."""

import time

import pytest

from chaos.conftest import Start
from chaos.kit import mending
from chaos.kit.load import Load
from chaos.kit.verdict import assert_green
from servers import poll_until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]
ORDERS = (
    {"latency_s": 0.5},
    {"reset": True, "latency_s": 0},
    {"corrupt": True},
    {"corrupt": False, "refuse": True},
    {"refuse": False, "black_hole": True},
    {"black_hole": False},
)
EACH_S = 5.0


def test_every_object_is_whole(start: Start) -> None:
    system = start(40, proxied=("s3",))
    with Load(system, EACH_S * len(ORDERS)) as load:
        for order in ORDERS:
            system.spoil("s3", **order)
            until = time.monotonic() + EACH_S
            poll_until(lambda: time.monotonic() > until, "time")  # noqa: B023
    assert_green(system, load.accepted)
    assert mending.objects_missing(system) == []
