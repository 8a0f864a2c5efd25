"""Row 2: a worker dies at each point between the effect and its acknowledgement."""

import pytest

from chaos.conftest import Start
from chaos.kit.verdict import assert_green
from common import topology
from common.faults import POINTS
from servers import poll_until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]
EVERY = 12
"""A process dies when it comes to the point for the twelfth time."""
CRASHES = 8


@pytest.mark.parametrize("point", POINTS)
def test_the_end_is_the_same(start: Start, point: str) -> None:
    system = start(30, environ={"FAULT": f"{point}:{EVERY}"})
    system.load()

    def crashes() -> int:
        return len([line for line in system.said if "ended with 86" in line])

    poll_until(lambda: crashes() >= CRASHES, "hardly a crash", seconds=180)
    for service in topology.SERVICES:
        system.again(service, FAULT="")
    verdict = assert_green(system)
    print(f"{point}: {crashes()} crashes; {verdict}")
