"""arXiv's announcement calendar: which submissions a day announces."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
CUT_OFF = time(14, 0)
SATURDAY = 5


def weekday_before(day: date) -> date:
    """Return the nearest Monday-to-Friday day before `day`."""
    before = day - timedelta(days=1)
    while before.weekday() >= SATURDAY:
        before -= timedelta(days=1)
    return before


def submission_window(announced: date) -> tuple[datetime, datetime]:
    """Return from when to when (UTC) papers announced on `announced` were submitted.

    Holidays are left out of account: the records do not tell them.
    """
    closes = weekday_before(announced)
    opens = weekday_before(closes)
    return (
        datetime.combine(opens, CUT_OFF, EASTERN).astimezone(UTC),
        datetime.combine(closes, CUT_OFF, EASTERN).astimezone(UTC),
    )
