"""Which letters are meant by what a person writes."""

from datetime import UTC, datetime

import pytest

from common.errors import UsageError
from common.letters.letter import Letter
from common.letters.which import Which, checked, moment

NOW = datetime(2026, 7, 14, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30s", "2026-07-14T11:59:30"),
        ("2h", "2026-07-14T10:00:00"),
        ("3d", "2026-07-11T12:00:00"),
        ("90m", "2026-07-14T10:30:00"),
        ("2026-07-01", "2026-07-01T00:00:00"),
        ("2026-07-01T08:00:00Z", "2026-07-01T08:00:00"),
        ("2026-07-01T08:00:00+02:00", "2026-07-01T06:00:00"),
        ("2026-07-01 08:00", "2026-07-01T08:00:00"),
    ],
)
def test_moments(text: str, expected: str) -> None:
    assert moment(text, NOW) == expected


@pytest.mark.parametrize(
    "text", ["soon", "2", "h", "-2h", "2w", "999999d", "2026-13-01", "\u00b2h"]
)
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(UsageError, match="since"):
        moment(text, NOW)


def test_the_moment_includes_what_died_then() -> None:
    since = moment("2026-07-14T08:00:00Z", NOW)
    for at, fits in (("2026-07-14T08:00:00.000000001Z", True), ("2026-07-14T07:59:59.9Z", False)):
        assert Which(since=since).fits(Letter(seq=1, at=at, subject="s")) is fits


def test_forms_of_a_paper_are_understood() -> None:
    assert checked(Which(paper="https://arxiv.org/abs/2401.00001v2"), NOW).paper == (
        "arxiv:2401.00001"
    )
    assert checked(Which(), NOW).is_any
    assert not checked(Which(feed="ai"), NOW).is_any


@pytest.mark.parametrize(
    ("which", "field"), [(Which(service="x"), "service"), (Which(paper="x"), "id")]
)
def test_wrong_values_are_named(which: Which, field: str) -> None:
    with pytest.raises(UsageError) as refused:
        checked(which, NOW)
    assert refused.value.field == field
