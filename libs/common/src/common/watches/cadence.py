"""When a watch tells: at once, or at the end of a day or a week in its time zone; pure."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from common.errors import UsageError
from common.watches.watch import Every, Mail, Watch

MONDAY = 0
LAST_HOUR = 23
_DAY = timedelta(days=1)
_NO_ZONE = (ZoneInfoNotFoundError, ValueError, OSError)
"""A name that is a folder of zones is an OSError."""


def check_cadence(watch: Watch) -> None:
    """Raise UsageError that names the field and the mend; do nothing when all is well."""
    if watch.every != "now" and not isinstance(watch.channel, Mail):
        raise UsageError("every", "must be now for a webhook; only mail is gathered by day or week")
    if not 0 <= watch.hour <= LAST_HOUR:
        raise UsageError("hour", f"must be from 0 to {LAST_HOUR}")
    try:
        ZoneInfo(watch.time_zone)
    except _NO_ZONE as error:
        told = f"{watch.time_zone[:60]!r} is no time zone; write it like Europe/Berlin"
        raise UsageError("time_zone", told) from error


def period_end(watch: Watch, after: datetime) -> datetime:
    """The first end of a period behind ``after``, in UTC.

    An hour that summer time leaves out comes as the next one; one that comes twice counts once.
    """
    day = local(watch, after).date()
    while not _ends(watch, day) or _end_on(watch, day) <= after:
        day += _DAY
    return _end_on(watch, day)


def last_end(watch: Watch, now: datetime) -> datetime:
    """The last end of a period up to ``now``, in UTC."""
    day = local(watch, now).date() + _DAY  # begun already, where the clock was put back over it
    while not _ends(watch, day) or _end_on(watch, day) > now:
        day -= _DAY
    return _end_on(watch, day)


def local(watch: Watch, moment: datetime) -> datetime:
    """The moment as the clock of the watch shows it."""
    return moment.astimezone(_zone(watch))


def in_words(every: Every, hour: int, time_zone: str) -> str:
    """``at once``, ``every day at 7 (Europe/Berlin)``, ``every Monday at 7 (Europe/Berlin)``."""
    if every == "now":
        return "at once"
    return f"every {'day' if every == 'day' else 'Monday'} at {hour} ({time_zone})"


def _ends(watch: Watch, day: date) -> bool:
    return watch.every != "week" or day.weekday() == MONDAY


def _end_on(watch: Watch, day: date) -> datetime:
    return datetime.combine(day, time(watch.hour), _zone(watch)).astimezone(UTC)


def _zone(watch: Watch) -> tzinfo:
    """The zone was there when the watch was made; a machine that has lost it counts in UTC."""
    try:
        return ZoneInfo(watch.time_zone)
    except _NO_ZONE:
        return UTC
