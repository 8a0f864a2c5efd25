"""The reason of a pause is written into its end and read from it again."""

from datetime import UTC, datetime, timedelta

import pytest
from nats.js.api import ConsumerConfig, ConsumerInfo

from common.pauses import (
    BY_HAND,
    BY_SWITCH,
    DEPENDENCIES,
    PAUSE_S,
    SWITCHED_OFF,
    Pause,
    end_of,
    is_ours,
    is_switched_off,
    next_day,
    next_month,
    pause_of,
)

NOW = datetime(2026, 2, 27, 12, 0, 30, 987654, tzinfo=UTC)


def info(end: str, *, left_s: float = 10.0, paused: bool = True) -> ConsumerInfo:
    return ConsumerInfo(
        name="d",
        stream_name="S",
        config=ConsumerConfig(pause_until=end),
        created=NOW,
        paused=paused,
        pause_remaining=int(left_s * 1e9),  # type: ignore[arg-type]  # so the server says it
    )


@pytest.mark.parametrize("dependency", DEPENDENCIES)
@pytest.mark.parametrize("age_s", [0, 1, 59, 86_400 * 30])
def test_what_is_written_is_read(dependency: str, age_s: int) -> None:
    since = (NOW - timedelta(seconds=age_s)).isoformat()
    found = pause_of(info(end_of(dependency, since, NOW)))
    assert found is not None
    assert found.dependency == dependency
    assert abs(datetime.fromisoformat(found.since) - datetime.fromisoformat(since)) <= timedelta(
        seconds=2
    )


@pytest.mark.parametrize(
    ("dependency", "state", "until"),
    [
        ("llm", "waiting", f"2026-02-27T12:00:{30 + PAUSE_S}Z"),
        ("budget of the day", "waiting_budget", "2026-02-28T00:00:00Z"),
        ("budget of the month", "waiting_budget", "2026-03-01T00:00:00Z"),
    ],
)
def test_until_is_when_the_wait_may_end(dependency: str, state: str, until: str) -> None:
    found = pause_of(info(end_of(dependency, NOW.isoformat(), NOW)))
    assert found is not None
    assert (found.state, found.until) == (state, until)


def test_an_unknown_dependency_is_told_as_another_one() -> None:
    found = pause_of(info(end_of("the moon", NOW.isoformat(), NOW)))
    assert found is not None
    assert found.dependency == "another dependency"


def test_an_age_beyond_measure_is_cut() -> None:
    assert end_of("llm", "1970-01-01T00:00:00Z", NOW).endswith(".049999999Z")
    assert end_of("llm", "2999-01-01T00:00:00Z", NOW).endswith(".040000000Z")


def test_trailing_zeros_the_server_leaves_out_are_read() -> None:
    found = pause_of(info("2026-02-27T12:00:45.03Z"))
    assert found == Pause(
        dependency="qdrant", since="2026-02-27T12:00:30Z", until="2026-02-27T12:00:45Z"
    )


def test_a_long_pause_is_a_persons() -> None:
    long = info("2026-02-27T14:00:00.123456789Z", left_s=7200)
    assert not is_ours(long)
    assert pause_of(long) == Pause(dependency=BY_HAND, until="2026-02-27T14:00:00Z")


@pytest.mark.parametrize("end", ["", "1970-01-01T00:00:00Z"])
def test_what_is_not_paused_has_no_pause(end: str) -> None:
    assert pause_of(info(end, left_s=0, paused=False)) is None


def test_days_and_months_end_at_midnight_utc() -> None:
    assert next_day(NOW) == datetime(2026, 2, 28, tzinfo=UTC)
    assert next_month(NOW) == datetime(2026, 3, 1, tzinfo=UTC)
    assert next_month(datetime(2026, 12, 31, 23, tzinfo=UTC)) == datetime(2027, 1, 1, tzinfo=UTC)
    assert next_day(datetime.fromisoformat("2026-05-01T01:00:00+02:00")).day == 1


def test_a_switch_of_the_operator_is_told_apart() -> None:
    off = info(f"{SWITCHED_OFF}Z", left_s=5e9)
    assert pause_of(off) == Pause(state="switched_off", dependency=BY_SWITCH)
    assert is_switched_off(off)
    assert not is_switched_off(info(f"{SWITCHED_OFF}Z", paused=False))
    assert not is_switched_off(info("2200-02-01T00:00:00Z", left_s=5e9))
