"""What the doctor says: findings, and the verdict they make together; pure."""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

Level = Literal["ok", "note", "degraded", "unhealthy"]
"""note: a person should know, and nothing is wrong."""
Verdict = Literal["healthy", "degraded", "unhealthy"]
LEVELS: tuple[Level, ...] = ("ok", "note", "degraded", "unhealthy")
EXIT = {"healthy": 0, "degraded": 1, "unhealthy": 2}
MOST = 300
"""Findings kept of one examination."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at."""

    check: str
    """Which part of the examination, like ``feeds``."""
    about: str
    """What was looked at, like the name of a feed."""
    level: Level = "ok"
    says: str
    """What was found, in plain words."""
    mend: str = ""
    """The command that mends it or shows more."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One examination; ``at`` is RFC 3339 UTC."""

    at: str
    verdict: Verdict
    version: str
    took_s: float
    findings: tuple[Finding, ...]
    """The worst first."""

    @property
    def wrong(self) -> tuple[Finding, ...]:
        """What makes the verdict worse than healthy."""
        return tuple(one for one in self.findings if one.level in ("degraded", "unhealthy"))


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """The worst of them decides."""
    levels = {one.level for one in findings}
    if "unhealthy" in levels:
        return "unhealthy"
    return "degraded" if "degraded" in levels else "healthy"


def report(findings: Sequence[Finding], *, at: str, version: str, took_s: float) -> Report:
    """The whole, the worst first and otherwise in the order of looking."""
    worst = sorted(findings, key=lambda one: -LEVELS.index(one.level))
    return Report(
        at=at,
        verdict=verdict_of(findings),
        version=version,
        took_s=round(took_s, 2),
        findings=tuple(worst[:MOST]),
    )


def is_worse(now: Verdict, before: Verdict | None) -> bool:
    """Whether those who run the system should hear of it at once."""
    return EXIT[now] > EXIT[before or "healthy"]
