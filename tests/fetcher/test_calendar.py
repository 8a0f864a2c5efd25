"""arXiv's calendar."""

from datetime import UTC, date, datetime

import pytest

from fetcher import calendar
from fetcher.calendar import NEW_YORK


def ny(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("day", "announces"),
    [
        ("2026-07-12", True),  # Sunday
        ("2026-07-13", True),
        ("2026-07-16", True),  # Thursday
        ("2026-07-17", False),  # Friday
        ("2026-07-18", False),  # Saturday
        ("2026-01-01", False),
        ("2026-01-19", False),
        ("2026-09-07", False),
        ("2026-11-26", False),
        ("2026-12-29", False),
        ("2026-12-30", True),
        ("2026-12-31", False),
    ],
)
def test_which_evenings_announce(day: str, announces: bool) -> None:
    found = date.fromisoformat(day)
    assert calendar.announces(found) is announces
    assert bool(calendar.holiday_reason(found)) is not announces


@pytest.mark.parametrize(
    ("submitted", "announced"),
    [
        ("2026-09-11T13:55:30+00:00", "2026-09-14"),  # a real one: Friday morning, Monday's list
        ("2026-07-14T17:59:00+00:00", "2026-07-15"),  # 13:59 in New York, Tuesday
        ("2026-07-14T18:00:00+00:00", "2026-07-16"),  # 14:00, a day later
        ("2026-07-10T19:00:00+00:00", "2026-07-14"),  # Friday after the cut-off
        ("2026-07-11T12:00:00+00:00", "2026-07-14"),  # Saturday
        ("2026-01-15T18:59:00+00:00", "2026-01-16"),  # winter: 13:59
        ("2026-01-19T12:00:00+00:00", "2026-01-21"),  # a holiday defers
    ],
)
def test_when_a_submission_is_announced(submitted: str, announced: str) -> None:
    assert calendar.announced_on(datetime.fromisoformat(submitted)).isoformat() == announced


@pytest.mark.parametrize(
    ("now", "latest"),
    [
        ("2026-07-14T22:29:00", "2026-07-14"),
        ("2026-07-14T22:30:00", "2026-07-15"),
        ("2026-07-17T23:00:00", "2026-07-17"),  # Friday: Thursday's is the last
        ("2026-07-18T12:00:00", "2026-07-17"),
        ("2026-07-12T23:00:00", "2026-07-13"),  # Sunday evening
        ("2026-11-26T23:00:00", "2026-11-26"),  # Thanksgiving: Wednesday's
    ],
)
def test_the_newest_announcement(now: str, latest: str) -> None:
    assert calendar.latest_announced(ny(now)).isoformat() == latest


def test_between_two_times() -> None:
    days = list(calendar.announced_between(ny("2026-07-16T09:00:00"), ny("2026-07-20T09:00:00")))
    assert [d.isoformat() for d in days] == ["2026-07-17", "2026-07-20"]


def test_summer_and_winter_differ_in_utc() -> None:
    summer, winter = (
        datetime(2026, 7, 15, 2, 30, tzinfo=UTC),
        datetime(2026, 1, 15, 2, 30, tzinfo=UTC),
    )
    assert calendar.latest_announced(summer).isoformat() == "2026-07-15"
    assert calendar.latest_announced(winter).isoformat() == "2026-01-14"
