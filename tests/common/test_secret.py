"""A secret shows itself to nobody who does not ask."""

import msgspec
import pytest

from common.errors import UsageError
from common.secret import Secret
from common.settings import RuntimeSettings, load

FULL = Secret("canary77")


@pytest.mark.parametrize(
    "shown", [repr(FULL), str(FULL), f"{FULL}", f"{FULL!r}", f"{[FULL]}", str([str(FULL)])]
)
def test_it_is_not_shown(shown: str) -> None:
    assert "canary77" not in shown
    assert "***" in shown


def test_encoding_it_fails_without_showing_it() -> None:
    for encode in (msgspec.json.encode, msgspec.msgpack.encode):
        with pytest.raises(TypeError) as caught:
            encode({"key": FULL})
        assert "canary77" not in str(caught.value)


def test_it_is_told_apart_by_value() -> None:
    assert FULL.reveal() == "canary77"
    assert (Secret("canary77") == FULL, Secret("x") == FULL) == (True, False)
    assert FULL != "canary77"
    assert len({FULL, Secret("canary77"), Secret()}) == 2


def test_an_empty_one_is_false_and_shows_that_it_is_empty() -> None:
    assert (bool(FULL), bool(Secret())) == (True, False)
    assert (str(Secret()), repr(Secret())) == ("", "Secret('')")


def test_it_holds_nothing_a_debugger_would_print() -> None:
    assert not hasattr(FULL, "__dict__")


@pytest.mark.parametrize(
    ("value", "header", "fits"),
    [
        ("canary77", "Bearer canary77", True),
        ("canary77", "bEARER   canary77 ", True),
        ("canary77", "Bearer canary7", False),
        ("canary77", "Bearer", False),
        ("canary77", "canary77", False),
        ("canary77", "", False),
        ("", "Bearer ", False),
        ("", "Bearer", False),
    ],
)
def test_it_is_sent_as_a_bearer_token(value: str, header: str, fits: bool) -> None:
    assert Secret(value).is_bearer(header) is fits


def test_a_key_for_metrics_may_be_absent_and_must_not_be_short() -> None:
    assert not load(RuntimeSettings, {}).metrics_key
    assert load(RuntimeSettings, {"METRICS_KEY": "k" * 16}).metrics_key
    with pytest.raises(UsageError, match=r"METRICS_KEY: has 15 bytes, at least 16") as caught:
        load(RuntimeSettings, {"METRICS_KEY": "canary77canary7"})
    assert "canary77" not in str(caught.value)
