"""Ids that depend only on what is stated, and times."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.ids import event_id, message_id, now, parse_time

STATEMENT = st.tuples(st.text(), st.text(), st.integers(0, 9), st.integers(0, 9))


def test_an_id_is_the_same_for_ever() -> None:
    assert event_id("arxiv:2401.00001", "paper.fetched", 1, 0) == (
        "3838e490-34ab-5f08-9e0f-2b2fbc43f3af"
    )
    assert message_id("dead", "fetcher") == "73fd9033-e029-5e14-9f46-ad2185b57873"


@given(STATEMENT, STATEMENT)
def test_different_statements_have_different_ids(
    one: tuple[str, str, int, int], other: tuple[str, str, int, int]
) -> None:
    lines = ["\n" in part for statement in (one, other) for part in statement[:2]]
    if not any(lines):
        assert (event_id(*one) == event_id(*other)) == (one == other)


def test_now_is_rfc_3339_in_utc_with_microseconds() -> None:
    text = now()
    assert len(text) == len("2026-01-01T00:00:00.000000Z")
    assert text.endswith("Z")
    assert abs(parse_time(text) - datetime.now(UTC)) < timedelta(minutes=1)


def test_times_sort_as_texts() -> None:
    texts = [now() for _ in range(50)]
    assert texts == sorted(texts)


@pytest.mark.parametrize(
    "text", ["2026-01-01T00:00:00Z", "2026-01-01T02:00:00+02:00", "2026-01-01T00:00:00.000+00:00"]
)
def test_a_time_is_parsed(text: str) -> None:
    assert parse_time(text) == datetime(2026, 1, 1, tzinfo=UTC)


def test_no_time_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="soon"):
        parse_time("soon")
