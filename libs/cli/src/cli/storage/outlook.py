"""How what is stored grows, how long that goes on, and what to do; pure."""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from cli.storage.holding import BUS, INDEX, LOCAL, LOGS, Disk, Holding
from cli.storage.sample import Sample, age_days
from cli.storage.survey import Surveyed
from common.topology import ADVISORIES, MIB, REQUESTS

NEAR = 0.8
FULL_DAYS = 60.0
LOG_BYTES = 100 * MIB
DISK_STEPS = (
    (0.95, "act now: `paperbus storage emergency on`, then `paperbus storage cleanup --yes`"),
    (0.90, "run `paperbus storage cleanup --yes` today, and make the volume larger"),
    (0.80, "look at `paperbus storage cleanup`, and plan for a larger volume"),
)


class Growth(msgspec.Struct, frozen=True, kw_only=True):
    """How one thing grows against what it may become."""

    about: str
    """``PAPERS``, ``volume data``."""
    used_ratio: float
    bytes_per_day: float | None = None
    """Unknown as long as there is no older sample."""
    days_left: float | None = None
    """Unknown, or without end as long as it does not grow."""


def growths(found: Surveyed, then: Sample | None, now: datetime) -> list[Growth]:
    """Of all that has a limit, the one that is full first before the others."""
    days = age_days(then.at, now) if then else 0.0
    told = []
    for one in found.holdings:
        if one.limit_bytes:
            was = then.sizes.get(one.store, {}).get(one.name) if then else None
            left = one.limit_bytes - one.size_bytes
            told.append(_growth(one.name, one.filled, (one.size_bytes, was, left), days))
    for name, disk in found.disks.items():
        before = then.disks.get(name) if then else None
        was = before.used_bytes if before else None
        steps = (disk.used_bytes, was, disk.free_bytes)
        told.append(_growth(f"volume {name}", disk.used_ratio, steps, days))
    return sorted(told, key=lambda one: (one.days_left or math.inf, -one.used_ratio))


def _growth(
    about: str, used_ratio: float, sizes: tuple[int, int | None, int], days: float
) -> Growth:
    size, was, left = sizes
    ratio = round(used_ratio, 4)
    if was is None or days <= 0:
        return Growth(about=about, used_ratio=ratio)
    per_day = (size - was) / days
    days_left = round(left / per_day, 1) if per_day > 0 else None
    return Growth(about=about, used_ratio=ratio, bytes_per_day=round(per_day), days_left=days_left)


def recommendations(
    found: Surveyed, told: list[Growth], *, is_emergency: bool, has_sample: bool
) -> list[str]:
    """What a person should do, the most pressing first."""
    return [
        *_of_disks(found.disks),
        *([_EMERGENCY] if is_emergency else []),
        *_of_limits(found.holdings),
        *_of_growth(told),
        *_of_classes(found.holdings),
        *([] if has_sample else [_UNKNOWN]),
    ]


_EMERGENCY = (
    "emergency mode is on: no new papers are taken in; when there is room again, "
    "`paperbus storage emergency off`"
)
_UNKNOWN = (
    "growth is not known yet: the schedule `storage` notes what is stored every week, "
    "`paperbus storage analyze --keep` does it now"
)


def _of_disks(disks: Mapping[str, Disk]) -> Iterator[str]:
    for name, disk in disks.items():
        for limit, words in DISK_STEPS:
            if disk.used_ratio >= limit:
                yield f"volume {name} is {disk.used_ratio:.0%} full: {words}"
                break


def _of_limits(holdings: list[Holding]) -> Iterator[str]:
    for one in holdings:
        if one.filled < NEAR:
            continue
        said = f"{one.name} holds {one.filled:.0%} of its limit"
        if one.name == "KV_deliveries":
            yield f"{said}: `paperbus storage cleanup --class deliveries`, or raise its max_bytes"
        elif one.name == REQUESTS:
            yield f"{said}: requests pile up; see `paperbus status` for who does not take them"
        else:
            yield f"{said}: raise its max_bytes in the topology, then `paperbus topology apply`"


def _of_growth(told: list[Growth]) -> Iterator[str]:
    for one in told:
        if one.days_left is not None and one.days_left < FULL_DAYS:
            yield f"{one.about} is full in about {one.days_left:.0f} days at this pace"


def _of_classes(holdings: list[Holding]) -> Iterator[str]:
    for one in holdings:
        if one.store == LOCAL and one.name == f"{LOGS}/" and one.size_bytes > LOG_BYTES:
            yield "logs grew large: `paperbus storage optimize --yes` compresses them"
        if one.store == INDEX and one.note == "serves no search" and one.count:
            yield f"{one.name} serves no search: `paperbus reindex status`, then drop it"
        if one.store == BUS and one.name == ADVISORIES and one.count > 10_000:
            yield "many advisories: something fails again and again, see `paperbus dead list`"
