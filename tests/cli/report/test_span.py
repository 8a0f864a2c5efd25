"""Which day, week or month a report is about."""

from datetime import date

import pytest

from cli.report import span
from cli.report.span import Period
from common.errors import UsageError

TODAY = date(2026, 3, 1)  # a Sunday


@pytest.mark.parametrize(
    ("period", "day", "first", "after"),
    [
        ("daily", "", "2026-02-28", "2026-03-01"),
        ("daily", "2026-03-01", "2026-03-01", "2026-03-02"),
        ("weekly", "", "2026-02-16", "2026-02-23"),
        ("weekly", "2026-02-28", "2026-02-23", "2026-03-02"),
        ("monthly", "", "2026-02-01", "2026-03-01"),
        ("monthly", "2025-12-31", "2025-12-01", "2026-01-01"),
        ("monthly", "2024-02-29", "2024-02-01", "2024-03-01"),
    ],
)
def test_the_span_that_is_meant(period: Period, day: str, first: str, after: str) -> None:
    found = span.wanted(period, day, TODAY)
    assert (found.first.isoformat(), found.after.isoformat()) == (first, after)
    assert found.before.after == found.first
    assert next(found.each_day()) == first
    assert found.has(f"{first}T00:00:00Z")
    assert found.has(f"{first}T23:59:59.999999Z")
    assert not found.has(f"{after}T00:00:00.000001Z")
    assert found.id("a b") == f"{period}-{first}-a b"


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "2026-03-02"])
def test_a_wrong_day_is_named(day: str) -> None:
    with pytest.raises(UsageError, match="--day"):
        span.wanted("daily", day, TODAY)
