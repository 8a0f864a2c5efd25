"""The verdict on a message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import topology
from common.errors import EventTooLarge, Retryable, Terminal, Unavailable, UsageError
from common.settle import BASE_DELAY_S, MAX_DELAY_S, backoff_s, settlement

LAST = topology.MAX_ATTEMPTS


@pytest.mark.parametrize(
    ("error", "delivered", "verdict", "reason"),
    [
        (None, 1, "ack", ""),
        (None, 99, "ack", ""),
        (Terminal("x"), 1, "dead", "terminal"),
        (Terminal("x", reason="not_found"), 1, "dead", "not_found"),
        (EventTooLarge("paper.fetched", 2, 1), 1, "dead", "event_too_large"),
        (Retryable("x"), 1, "nak", ""),
        (Retryable("x"), LAST - 1, "nak", ""),
        (Retryable("x"), LAST, "dead", "gave_up"),
        (Retryable("x", delay_s=5), LAST + 3, "dead", "gave_up"),
        (Unavailable("nats", "x"), 1, "nak", ""),
        (TimeoutError(), 1, "nak", ""),
        (TimeoutError(), LAST, "dead", "deadline"),
        (KeyError("x"), 1, "nak", ""),
        (KeyError("x"), LAST, "dead", "bug"),
        (UsageError("id", "x"), LAST, "dead", "bug"),
    ],
)
def test_verdict(error: Exception | None, delivered: int, verdict: str, reason: str) -> None:
    found = settlement(error, delivered, jitter=0.5)
    assert (found.verdict, found.reason) == (verdict, reason)
    assert (found.delay_s > 0) == (verdict == "nak")


@pytest.mark.parametrize(
    ("asked", "delay"), [(0.0, 0.1), (0.05, 0.1), (7.0, 7.0), (3600.0, 3600.0)]
)
def test_a_delay_that_was_asked_for_is_kept(asked: float, delay: float) -> None:
    assert settlement(Retryable("x", delay_s=asked), 1).delay_s == delay


@given(st.integers(-3, 2000), st.floats(0, 1))
def test_backoff_stays_in_its_bounds(attempt: int, jitter: float) -> None:
    assert BASE_DELAY_S / 2 <= backoff_s(attempt, jitter) <= MAX_DELAY_S


@given(st.integers(1, 50), st.floats(0, 1))
def test_backoff_does_not_shrink(attempt: int, jitter: float) -> None:
    assert backoff_s(attempt, jitter) <= backoff_s(attempt + 1, jitter)


def test_backoff_is_random_when_not_told() -> None:
    assert len({backoff_s(9) for _ in range(20)}) > 1
