"""When arXiv announces: New York time, Sunday to Thursday at 20:00, holidays apart.

The evening of a day announces; the mailing carries the date of the next day, and so do RSS and
OAI-PMH datestamps. https://info.arxiv.org/help/availability.html
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
CUT_OFF = time(14, 0)
HARVESTABLE = time(22, 30)
"""OAI-PMH shows an announcement about two and a half hours after it was made."""

HOLIDAYS = frozenset(
    date(2026, month, day)
    for month, day in (
        (1, 1), (1, 19), (6, 19), (7, 3), (9, 7), (11, 26), (12, 25), (12, 29), (12, 31),
    )
)  # fmt: skip
_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6
_ONE_DAY = timedelta(days=1)


def announces(day: date) -> bool:
    """Whether there is an announcement on the evening of ``day``."""
    return day.weekday() not in (_FRIDAY, _SATURDAY) and day not in HOLIDAYS


def holiday_reason(day: date) -> str:
    """Why there is no announcement on the evening of ``day``; empty when there is one."""
    if day in HOLIDAYS:
        return f"{day.isoformat()} is an arXiv holiday"
    if day.weekday() in (_FRIDAY, _SATURDAY):
        return "arXiv announces nothing on Fridays and Saturdays"
    return ""


def latest_announced(now: datetime) -> date:
    """The date on the newest announcement that can be harvested at ``now``."""
    local = now.astimezone(NEW_YORK)
    evening = local.date() if local.time() >= HARVESTABLE else local.date() - _ONE_DAY
    while not announces(evening):
        evening -= _ONE_DAY
    return evening + _ONE_DAY


def announced_on(submitted: datetime) -> date:
    """The date of the announcement a version submitted then is due for, when nothing holds it."""
    local = submitted.astimezone(NEW_YORK)
    closing = local.date()
    if local.time() >= CUT_OFF:
        closing += _ONE_DAY
    while closing.weekday() in (_SATURDAY, _SUNDAY):
        closing += _ONE_DAY
    evening = closing + 2 * _ONE_DAY if closing.weekday() == _FRIDAY else closing
    while not announces(evening):
        evening += _ONE_DAY
    return evening + _ONE_DAY


def announced_between(after: datetime, until: datetime) -> Iterator[date]:
    """The dates of the announcements that became harvestable after one time until another."""
    day, last = latest_announced(after), latest_announced(until)
    while day < last:
        day += _ONE_DAY
        if announces(day - _ONE_DAY):
            yield day
