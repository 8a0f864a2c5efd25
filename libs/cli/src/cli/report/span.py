"""The day, week or month a report is about; days are those of UTC; pure."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

import msgspec

from common.errors import UsageError

Period = Literal["daily", "weekly", "monthly"]
PERIODS: tuple[Period, ...] = ("daily", "weekly", "monthly")
NAMES: dict[str, str] = {"daily": "day", "weekly": "week", "monthly": "month"}
ONE_DAY = timedelta(days=1)


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """From the beginning of ``first`` to the beginning of ``after``."""

    period: Period
    first: date
    after: date

    @property
    def before(self) -> "Span":
        """The one that ended when this began."""
        return around(self.period, self.first - ONE_DAY)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.after - self.first).days

    @property
    def name(self) -> str:
        """For people."""
        last = self.after - ONE_DAY
        if self.period == "monthly":
            return f"{self.first:%B %Y}"
        if self.period == "weekly":
            return f"{self.first} to {last}"
        return f"{self.first:%A} {self.first}"

    @property
    def begins(self) -> str:
        """The first moment, RFC 3339 UTC without its ``Z``; times sort as text."""
        return f"{self.first}T00:00:00"

    @property
    def ends(self) -> str:
        """The first moment after it."""
        return f"{self.after}T00:00:00"

    def has(self, at: str) -> bool:
        """Whether a moment lies in it."""
        return self.begins <= at < self.ends

    def each_day(self) -> Iterator[str]:
        """Its days, YYYY-MM-DD."""
        return ((self.first + ONE_DAY * number).isoformat() for number in range(self.days))

    def id(self, feed: str = "") -> str:
        """Names the report about it."""
        return f"{self.period}-{self.first}" + (f"-{feed}" if feed else "")


def around(period: Period, day: date) -> Span:
    """The one that has this day; weeks begin on Monday."""
    if period == "daily":
        return Span(period=period, first=day, after=day + ONE_DAY)
    if period == "weekly":
        monday = day - timedelta(days=day.weekday())
        return Span(period=period, first=monday, after=monday + timedelta(days=7))
    first = day.replace(day=1)
    return Span(period=period, first=first, after=(first + timedelta(days=32)).replace(day=1))


def last(period: Period, today: date) -> Span:
    """The one that ended last."""
    return around(period, today).before


def wanted(period: Period, day: str, today: date) -> Span:
    """The one a person asks for; raises UsageError that names ``--day``."""
    if not day:
        return last(period, today)
    try:
        found = around(period, date.fromisoformat(day))
    except (ValueError, OverflowError) as error:
        words = f"{day[:40]!r} is no day; write it like 2026-07-14"
        raise UsageError("--day", words) from error
    if found.first > today:
        raise UsageError("--day", f"{found.first} is still to come")
    return found
