"""Which submissions a day announces: weekends, summer and winter time."""

from datetime import UTC, date, datetime

import pytest

from standalone.upstream.window import submission_window


@pytest.mark.parametrize(
    ("announced", "opens", "closes"),
    [
        ("2026-06-17", "2026-06-15T18:00", "2026-06-16T18:00"),  # Wednesday, summer
        ("2026-06-16", "2026-06-12T18:00", "2026-06-15T18:00"),  # Tuesday: over the weekend
        ("2026-06-15", "2026-06-11T18:00", "2026-06-12T18:00"),  # Monday: Friday's cut-off
        ("2026-01-15", "2026-01-13T19:00", "2026-01-14T19:00"),  # winter
        ("2026-06-14", "2026-06-11T18:00", "2026-06-12T18:00"),  # a Sunday
    ],
)
def test_window(announced: str, opens: str, closes: str) -> None:
    expected = tuple(datetime.fromisoformat(at).replace(tzinfo=UTC) for at in (opens, closes))
    assert submission_window(date.fromisoformat(announced)) == expected
