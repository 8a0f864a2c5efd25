"""Years, as they stand behind a field or in a parameter."""

import pytest

from common.querying.values import Years, wrong_years, years


@pytest.mark.parametrize(
    ("text", "found", "days"),
    [
        ("2024", Years(2024, 2024), ("2024-01-01", "2024-12-31")),
        (" 2024 ", Years(2024, 2024), ("2024-01-01", "2024-12-31")),
        ("2020..2024", Years(2020, 2024), ("2020-01-01", "2024-12-31")),
        ("2020..", Years(2020, 9999), ("2020-01-01", "")),
        ("..2019", Years(1000, 2019), ("", "2019-12-31")),
    ],
)
def test_years_are_days(text: str, found: Years, days: tuple[str, str]) -> None:
    asked = years(text)
    assert asked == found
    assert found.days == days
    assert wrong_years("", text) == ""


@pytest.mark.parametrize("text", ["", "..", "24", "0024", "2020-2024", "2020...2024", "²⁰²⁴", "x"])
def test_what_is_no_year_is_told_how_to_write_one(text: str) -> None:
    assert years(text) is None
    assert "write it like year:2024, year:2020..2024" in wrong_years("year:", text)


def test_years_turned_round_are_put_right() -> None:
    assert wrong_years("", "2024..2020") == "2024..2020 ends before it begins; write 2020..2024"
