"""When a schedule is due, counted as the server counts; pure."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from common.errors import UsageError
from common.ids import parse_time
from common.schedules.schedule import Kept

NAMED = {
    "@hourly": "0 0 * * * *",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@weekly": "0 0 0 * * SUN",
    "@monthly": "0 0 0 1 * *",
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
}
FIELDS = 6
_EVERY = re.compile(r"^@every (?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$")
_AT = "@at "


def check(field: str, cron: str, time_zone: str = "UTC") -> None:
    """Raise UsageError naming ``field`` when the server would refuse the pattern or the zone."""
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UsageError(
            field, f"{time_zone!r} is no time zone; write it like Europe/Berlin"
        ) from error
    if _interval(cron) or cron.startswith(_AT):
        return
    try:
        _simulated(cron, datetime.now(UTC))
    except CronSimError as error:
        raise UsageError(
            field,
            f"{cron!r} is no six-field cron ({str(error) or 'too many or too few fields'}); "
            "write it like '0 0 8,12 * * MON-FRI' (second minute hour day month weekday), "
            "'@every 1h' or 'off'",
        ) from error


def next_due(kept: Kept, now: datetime) -> datetime | None:
    """When it is due next, in its own time zone; None when that never comes or it is paused."""
    schedule = kept.schedule
    if schedule.paused:
        return None
    if schedule.cron.startswith(_AT):
        at = parse_time(schedule.cron.removeprefix(_AT))
        return at if at > now else None
    if interval := _interval(schedule.cron):
        begun = parse_time(kept.since)
        return begun + ((now - begun) // interval + 1) * interval
    return due_after(schedule.cron, schedule.time_zone, now)


def due_after(cron: str, time_zone: str, after: datetime) -> datetime | None:
    """The first time after ``after`` a cron pattern names, in its time zone.

    An hour that summer time leaves out is left out; one that comes twice counts twice.
    """
    try:
        return next(_simulated(cron, after.astimezone(ZoneInfo(time_zone))))
    except (CronSimError, StopIteration):
        return None


def last_due(kept: Kept, now: datetime) -> datetime | None:
    """When it was due last since it stands so on the bus; None when that never was."""
    schedule = kept.schedule
    if schedule.paused or schedule.cron.startswith(_AT):
        return None
    begun = parse_time(kept.since)
    if interval := _interval(schedule.cron):
        last = begun + (now - begun) // interval * interval
        return last if last > begun else None
    try:
        there = now.astimezone(ZoneInfo(schedule.time_zone))
        found = next(_simulated(schedule.cron, there, reverse=True))
    except (CronSimError, StopIteration):
        return None
    return found if found > begun else None


def words(cron: str) -> str:
    """The pattern for people, like ``at 08:00 and 12:00 on Monday through Friday``."""
    if cron.startswith(("@every ", _AT)):
        return cron.removeprefix("@")
    try:
        said: str = _simulated(cron, datetime.now(UTC)).explain()
    except CronSimError:
        return cron
    return said[:1].lower() + said[1:]


def _simulated(cron: str, after: datetime, *, reverse: bool = False) -> CronSim:
    fields = NAMED.get(cron, cron).replace("?", "*").split()
    if len(fields) != FIELDS:
        raise CronSimError(f"it has {len(fields)} fields")
    return CronSim(" ".join(fields), after, reverse=reverse)


def _interval(cron: str) -> timedelta | None:
    found = _EVERY.match(cron)
    if found is None or not any(found.groups()):
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds) or None
