"""Schedules as messages, and when they are due: the server's own counting, over summer time."""

from datetime import UTC, datetime

import pytest

from common.errors import UsageError
from common.schedules import clock
from common.schedules.schedule import NEVER, PATTERN, Kept, Schedule, headers, kept
from common.schedules.settings import ScheduleSettings
from common.stream import Stored

SINCE = "2026-01-01T00:00:00Z"


def of(cron: str, zone: str = "UTC", *, since: str = SINCE, paused: bool = False) -> Kept:
    made = Schedule(name="x", cron=cron, subject="s", time_zone=zone, paused=paused)
    return Kept(made, since)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "zone", "now", "due"),
    [
        ("0 0 6 * * *", "UTC", "2026-11-22T05:59:59", "2026-11-22T06:00:00"),
        ("0 0 6 * * *", "UTC", "2026-11-22T06:00:00", "2026-11-23T06:00:00"),
        ("0 0 8,12 * * MON-FRI", "America/New_York", "2026-11-20T18:00", "2026-11-23T13:00"),
        ("0 0 1 * * SUN", "UTC", "2026-11-22T08:00", "2026-11-29T01:00"),
        ("0 20 7 1 * ?", "UTC", "2026-11-22T08:00", "2026-12-01T07:20"),
        ("@daily", "UTC", "2026-11-22T08:00", "2026-11-23T00:00"),
        # the night to summer time has no 02:30, and the server leaves it out
        ("0 30 2 * * *", "America/New_York", "2026-03-07T12:00", "2026-03-09T06:30"),
        # the night to winter time has 01:30 twice, and so has the server
        ("0 30 1 * * *", "America/New_York", "2026-11-01T05:00", "2026-11-01T05:30"),
        ("0 30 1 * * *", "America/New_York", "2026-11-01T05:30", "2026-11-01T06:30"),
        # 08:00 stays 08:00 for people
        ("0 0 8 * * *", "Europe/Berlin", "2026-03-28T12:00", "2026-03-29T06:00"),
        ("0 0 8 * * *", "Europe/Berlin", "2026-10-24T12:00", "2026-10-25T07:00"),
        ("@every 90m", "UTC", "2026-01-01T02:00", "2026-01-01T03:00"),
        ("@every 1h30m", "UTC", "2026-01-01T03:00", "2026-01-01T04:30"),
        ("@at 2026-12-01T00:00:00Z", "UTC", "2026-11-22T08:00", "2026-12-01T00:00"),
    ],
)
def test_when_it_is_due_next(cron: str, zone: str, now: str, due: str) -> None:
    found = clock.next_due(of(cron, zone), at(now))
    assert found is not None
    assert found.astimezone(UTC) == at(due)


@pytest.mark.parametrize(
    "schedule",
    [of("0 0 6 * * *", paused=True), of("@at 2026-01-02T00:00:00Z"), of("0 0 0 30 2 *")],
    ids=["paused", "gone by", "no such day"],
)
def test_what_never_comes(schedule: Kept) -> None:
    assert clock.next_due(schedule, at("2026-11-22T08:00")) is None


@pytest.mark.parametrize(
    ("cron", "zone", "since", "due"),
    [
        ("0 0 6 * * *", "UTC", SINCE, "2026-11-22T06:00"),
        ("0 0 20 * * *", "UTC", SINCE, "2026-11-21T20:00"),
        ("0 0 20 * * *", "UTC", "2026-11-21T21:00:00Z", None),
        ("0 0 8 * * MON-FRI", "America/New_York", SINCE, "2026-11-20T13:00"),
        ("@every 1h", "UTC", "2026-11-22T05:30:00Z", "2026-11-22T07:30"),
        ("@every 1h", "UTC", "2026-11-22T07:30:00Z", None),
        ("@at 2026-11-01T00:00:00Z", "UTC", SINCE, None),
    ],
)
def test_when_it_was_due_last(cron: str, zone: str, since: str, due: str | None) -> None:
    found = clock.last_due(of(cron, zone, since=since), at("2026-11-22T08:00"))
    assert found == (at(due) if due else None)


@pytest.mark.parametrize(
    ("cron", "zone", "part"),
    [
        ("0 8 * * *", "UTC", "5 fields"),
        ("0 0 25 * * *", "UTC", "Bad hour"),
        ("whenever", "UTC", "six-field"),
        ("", "UTC", "six-field"),
        ("@every soon", "UTC", "six-field"),
        ("@every 0h", "UTC", "six-field"),
        ("0 0 8 * * *", "Mars/Base", "time zone"),
    ],
)
def test_a_wrong_pattern_is_named(cron: str, zone: str, part: str) -> None:
    with pytest.raises(UsageError, match=part) as caught:
        clock.check("DOCTOR_SCHEDULE", cron, zone)
    assert caught.value.field == "DOCTOR_SCHEDULE"


def test_the_defaults_are_patterns() -> None:
    settings = ScheduleSettings()
    for name in ScheduleSettings.__struct_fields__:
        if name.endswith("_schedule"):
            clock.check(name, getattr(settings, name), settings.schedules_time_zone)


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 0 8,12 * * MON-FRI", "at 08:00 and 12:00 on Monday through Friday"),
        ("@every 1h", "every 1h"),
        ("@weekly", "at 00:00 on Sunday"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_pattern_in_words(cron: str, words: str) -> None:
    assert clock.words(cron) == words


@pytest.mark.parametrize("paused", [False, True])
@pytest.mark.parametrize(("cron", "zone"), [("0 0 8 * * *", "Asia/Tokyo"), ("@every 2h", "UTC")])
def test_what_the_bus_keeps_is_read_back(cron: str, zone: str, paused: bool) -> None:
    schedule = Schedule(
        name="fetch-a", cron=cron, subject="fetch.requested", body=b"{}", time_zone=zone,
        paused=paused,
    )  # fmt: skip
    sent = headers(schedule)
    assert (sent[PATTERN] == NEVER) is paused
    stored = Stored(7, "schedule.fetch-a", SINCE, b"{}", sent)
    assert kept(stored, "fetch-a") == Kept(schedule, SINCE)


def test_one_that_was_taken_back_is_none() -> None:
    assert kept(Stored(7, "schedule.x", SINCE, b"", {"Nats-Rollup": "sub"}), "x") is None
