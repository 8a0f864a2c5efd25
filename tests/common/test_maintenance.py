from typing import Any

import pytest

from common.maintenance import Window, told

AT = "2026-12-05T12:00:00.000000Z"


def window(starts: str, ends: str, **more: Any) -> Window:
    return Window(
        **{"id": starts, "starts": starts, "ends": ends, "why": "a disk", "planned": "", **more}
    )


NOW = window("2026-12-05T11:00:00Z", "2026-12-05T13:00:00Z")
SOON = window("2026-12-07T12:00:00Z", "2026-12-07T13:00:00Z")
LATER = window("2026-12-07T12:00:01Z", "2026-12-07T13:00:00Z")
OVER = window("2026-12-05T11:00:00Z", "2026-12-05T12:00:00Z")
OFF = window("2026-12-05T11:00:00Z", "2026-12-05T13:00:00Z", cancelled="2026-12-05T11:30:00Z")
OURS = window("2026-12-05T11:00:00Z", "2026-12-05T13:00:00Z", operators_only=True)


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ((), None),
        ((SOON, NOW), NOW),
        ((LATER, SOON), SOON),
        ((LATER,), None),
        ((OVER, OFF, OURS), None),
    ],
)
def test_people_are_told_of_what_goes_on_or_begins_within_48_hours(
    windows: tuple[Window, ...], expected: Window | None
) -> None:
    assert told(windows, AT) is expected
