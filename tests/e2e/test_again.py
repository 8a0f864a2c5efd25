"""What survives: killed services, a killed system, a second run."""

import os
import signal
from pathlib import Path

import pytest

from demo_process import SERVICES, Demo, slice_of_the_day
from servers import poll_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

CLEAN = "audit: 0 unexplained, 0 doubled"


def test_kills_change_nothing_and_a_second_run_does_nothing(tmp_path: Path) -> None:
    day = slice_of_the_day(tmp_path, 16)
    data = tmp_path / "data"
    first = Demo(data, day, "--once")
    try:
        first.wait_for("watches: ")
        for service in SERVICES:
            poll_until(lambda name=service: bool(first.pids(name)), f"{service} is not up")  # type: ignore[misc]
            os.kill(first.pids(service)[0], signal.SIGKILL)
        assert first.wait() == 0, first.text()
    finally:
        first.kill_hard()
    assert CLEAN in first.text()
    assert "starting it again" in first.text()
    assert not first.children()
    first.output.unlink()

    again = Demo(data, day, "--once")
    try:
        assert again.wait() == 0, again.text()
    finally:
        again.kill_hard()
    assert "nothing was done twice: all 26 papers were here already" in again.text()
    assert CLEAN in again.text()
    assert not again.children()
