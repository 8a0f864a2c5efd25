"""One schedule as the bus keeps it; pure."""

from typing import TYPE_CHECKING, NamedTuple

import msgspec

if TYPE_CHECKING:
    from common.stream import Stored

PATTERN, TARGET, ZONE = "Nats-Schedule", "Nats-Schedule-Target", "Nats-Schedule-Time-Zone"
REAL_PATTERN, REAL_ZONE = "Paperbus-Schedule", "Paperbus-Schedule-Time-Zone"
"""What a paused one is to be again."""
NEVER = "@at 2200-01-01T00:00:00Z"


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """A message on ``schedule.<name>`` by which the server publishes ``body`` itself (ADR-51).

    A paused one stays where it is, with a pattern that never comes due and its own beside it.
    """

    name: str
    cron: str
    """Six-field cron, seconds first, or ``@every 1h``, ``@daily``."""
    subject: str
    """What it asks."""
    body: bytes = b""
    time_zone: str = "UTC"
    paused: bool = False


class Kept(NamedTuple):
    """A schedule of the bus, and since when it stands there so (RFC 3339 UTC)."""

    schedule: Schedule
    since: str


def headers(schedule: Schedule) -> dict[str, str]:
    """What makes the server act."""
    if schedule.paused:
        real = {REAL_PATTERN: schedule.cron, REAL_ZONE: schedule.time_zone}
        return {PATTERN: NEVER, TARGET: schedule.subject, **real}
    zone = {} if schedule.cron.startswith("@") else {ZONE: schedule.time_zone}
    return {PATTERN: schedule.cron, TARGET: schedule.subject, **zone}


def kept(stored: "Stored", name: str) -> Kept | None:
    """The schedule of a stored message; None when it was taken back."""
    found = stored.headers
    if PATTERN not in found:
        return None
    paused = REAL_PATTERN in found
    schedule = Schedule(
        name=name,
        cron=found[REAL_PATTERN if paused else PATTERN],
        subject=found.get(TARGET, ""),
        body=stored.body,
        time_zone=found.get(REAL_ZONE if paused else ZONE, "UTC"),
        paused=paused,
    )
    return Kept(schedule, stored.at)
