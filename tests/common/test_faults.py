"""Crash points: inert, unless named; then at the n-th time."""

import os
import subprocess
import sys

import pytest

from common.errors import UsageError
from common.faults import EXIT_CRASHED, POINTS, plan_of

PROGRAM = """
from common.faults import crash_at
for number in range(5):
    print(number, flush=True)
    crash_at("before_effect"); crash_at("after_effect")
"""


@pytest.mark.parametrize(
    ("fault", "lines", "code"),
    [
        ("", 5, 0),
        ("before_effect", 1, EXIT_CRASHED),
        ("after_effect:3", 3, EXIT_CRASHED),
        ("after_effect:9", 5, 0),
        ("before_ack", 5, 0),
    ],
)
def test_it_ends_at_the_point_and_the_time(fault: str, lines: int, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "FAULT": fault},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (len(done.stdout.split()), done.returncode) == (lines, code), done.stderr


@pytest.mark.parametrize("text", ["somewhere", "before_effect:x", "before_effect:-1", ":3"])
def test_an_unknown_point_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="FAULT"):
        plan_of(text)


def test_each_point_is_known() -> None:
    assert [plan_of(f"{point}:2") for point in POINTS] == [(point, 2) for point in POINTS]
