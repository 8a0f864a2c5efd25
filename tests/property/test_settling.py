"""Whatever a handler ends with and however often it was tried: one settlement, within bounds."""

from hypothesis import given
from hypothesis import strategies as st

from common import topology
from common.errors import EventTooLarge, Retryable, Terminal, Unavailable
from common.settle import MAX_DELAY_S, backoff_s, settlement

DELAYS = st.none() | st.floats(-10, 1e6, allow_nan=False)
BUGS = st.sampled_from([ValueError("x"), KeyError("k"), ZeroDivisionError(), TypeError("t")])
LATER = st.builds(lambda delay: Retryable("later", delay_s=delay), DELAYS)
AWAY = st.builds(lambda delay: Unavailable("nats", "gone", delay_s=delay), DELAYS)
NEVER = st.sampled_from([Terminal("no", reason="poison"), EventTooLarge("a.b", 9, 1)])
SLOW = st.sampled_from([TimeoutError(), TimeoutError()])
TRIES = st.integers(1, 10_000)
JITTER = st.floats(0, 1)


@given(TRIES)
def test_success_is_acknowledged(delivered: int) -> None:
    assert settlement(None, delivered).verdict == "ack"


@given(NEVER, TRIES)
def test_what_can_never_succeed_is_dead_at_once(error: Terminal, delivered: int) -> None:
    settled = settlement(error, delivered)
    assert (settled.verdict, settled.reason) == ("dead", error.reason)


@given(BUGS | LATER | SLOW, TRIES, JITTER)
def test_what_may_succeed_is_tried_a_few_times(
    error: Exception, delivered: int, jitter: float
) -> None:
    settled = settlement(error, delivered, jitter=jitter)
    if delivered >= topology.MAX_ATTEMPTS:
        assert settled.verdict == "dead"
        assert settled.reason in ("bug", "gave_up", "deadline")
    else:
        assert settled.verdict == "nak"
        asked = error.delay_s if isinstance(error, Retryable) else None
        if asked is None:
            assert 0.5 <= settled.delay_s <= MAX_DELAY_S
        else:
            assert settled.delay_s == max(0.1, asked)


@given(BUGS | LATER | SLOW | AWAY | NEVER | st.none(), TRIES)
def test_every_end_has_one_settlement(error: Exception | None, delivered: int) -> None:
    settled = settlement(error, delivered)
    assert settled.verdict in ("ack", "nak", "dead")
    assert (settled.verdict == "dead") == bool(settled.reason)
    assert (settled.verdict == "nak") == (settled.delay_s > 0)


@given(st.integers(-5, 10**6), JITTER)
def test_a_delay_is_within_its_bounds(attempt: int, jitter: float) -> None:
    assert 0.5 <= backoff_s(attempt, jitter) <= MAX_DELAY_S
    assert 0.5 <= backoff_s(attempt) <= MAX_DELAY_S


@given(st.integers(1, 40), JITTER, JITTER)
def test_delays_grow(attempt: int, one: float, other: float) -> None:
    assert backoff_s(attempt + 1, one) >= backoff_s(attempt, one)
    low, high = sorted((one, other))
    assert backoff_s(attempt, low) <= backoff_s(attempt, high)
    assert backoff_s(attempt, 1.0) <= 2 * backoff_s(attempt, 0.0)
