"""Clocks that differ: leases, ages and freshness are counted by them; pure."""

from datetime import datetime

from cli.doctor.finding import Finding, Level

WARN_S, BAD_S = 2.0, 30.0
"""The notifier allows two machines to be two seconds apart; leases are of 30 seconds and more."""


def off_s(there: datetime, between: tuple[datetime, datetime], *, exact_s: float = 0.0) -> float:
    """How far a clock is off at least, that showed ``there`` at some moment between two of ours.

    ``exact_s``: it shows the time so coarsely, rounded down.
    """
    asked, answered = between
    late = (asked - there).total_seconds() - exact_s
    early = (there - answered).total_seconds()
    return max(0.0, late, early)


def judged(about: str, seconds: float) -> Finding:
    """How far a clock is from this one."""
    level: Level = "ok" if seconds <= WARN_S else "degraded" if seconds <= BAD_S else "unhealthy"
    says = f"{seconds:.1f} s from this machine's clock"
    mend = "" if level == "ok" else "set both clocks by NTP; `timedatectl status` shows a machine's"
    return Finding(check="clock", about=about, level=level, says=says, mend=mend)
