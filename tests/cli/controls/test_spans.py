"""Time spans as people write them."""

from datetime import timedelta

import pytest

from cli.controls.spans import minute, span_of
from common.errors import UsageError


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30m", timedelta(minutes=30)),
        ("2h", timedelta(hours=2)),
        ("7d", timedelta(days=7)),
        (" 5s ", timedelta(seconds=5)),
    ],
)
def test_a_span(text: str, span: timedelta) -> None:
    assert span_of(text, "--for") == span


@pytest.mark.parametrize("text", ["", "30", "m", "0m", "-3h", "2 weeks", "٣h", "9999999h"])
def test_what_is_no_span_names_the_option(text: str) -> None:
    with pytest.raises(UsageError, match="--for"):
        span_of(text, "--for")


def test_a_time_for_people() -> None:
    assert minute("2026-07-14T09:05:07.000000Z") == "2026-07-14 09:05Z"
    assert minute("") == ""
