"""Crash points for fault tests; inert unless the variable FAULT names one."""

import os
from functools import cache
from itertools import count

from common.errors import UsageError
from common.settings import environment

POINTS = ("before_effect", "after_effect", "before_ack")
EXIT_CRASHED = 86
_passed = count(1)


def plan_of(text: str) -> tuple[str, int]:
    """``point`` or ``point:n`` as point and number; raises UsageError for anything else."""
    point, _, times = text.partition(":")
    if text and (point not in POINTS or not (times or "1").isdecimal()):
        raise UsageError("FAULT", f"knows {', '.join(POINTS)}, each with :n for the n-th time")
    return point, int(times or 1)


@cache
def _plan() -> tuple[str, int]:
    return plan_of(environment().get("FAULT", ""))


def crash_at(point: str) -> None:
    """End the process as a power cut would, when FAULT names this point, the n-th time it comes."""
    named, times = _plan()
    if named == point and next(_passed) >= times:
        os._exit(EXIT_CRASHED)
