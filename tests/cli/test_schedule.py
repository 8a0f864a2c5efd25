"""What is known of each schedule, and how it is told."""

from datetime import UTC, datetime

import msgspec
import pytest

from cli.operate.noting import Note
from cli.runs import FeedRun
from cli.schedule import own
from cli.schedule.command import request_of
from cli.schedule.last import Last, later, of_feeds, of_note
from cli.schedule.rows import lines, rows
from common.chores import ReportRequested
from common.errors import Terminal, UsageError
from common.events import FetchRequested
from common.schedules.schedule import Kept, Schedule
from common.schedules.settings import OFF, ScheduleSettings

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SINCE = "2026-11-01T00:00:00Z"
FETCH = Schedule(
    name="fetch-a",
    cron="0 0 8 * * MON-FRI",
    subject="fetch.requested",
    body=msgspec.json.encode(FetchRequested(feed="a")),
    time_zone="America/New_York",
)


def test_runs_of_feeds() -> None:
    runs = [
        FeedRun(feed="a", started="3", ended="4", verdict="upstream error", error="503"),
        FeedRun(feed="a", started="1", ended="2", verdict="holiday", reason="the 4th"),
        FeedRun(feed="b", started="1", verdict="running"),
    ]
    assert of_feeds(runs) == {
        "fetch-a": Last(started="3", ended="4", verdict="upstream error", said="503", good="2"),
        "fetch-b": Last(started="1", verdict="running"),
    }


@pytest.mark.parametrize(
    ("note", "verdict"),
    [
        (Note(started="1"), "running"),
        (Note(started="1", ended="2", good="2"), "ok"),
        (Note(started="1", ended="2", error="boom"), "failed"),
    ],
)
def test_a_note_in_one_word(note: Note, verdict: str) -> None:
    assert of_note(note).verdict == verdict


def test_a_backup_made_by_hand_counts() -> None:
    noted = Last(started="2", ended="3", verdict="failed", good="1")
    by_hand = Last(started="4", ended="5", verdict="ok", good="5")
    assert later(noted, by_hand) == by_hand
    assert later(by_hand, noted) == by_hand
    assert later(noted, Last()) == noted


def test_rows_and_lines() -> None:
    ran = {"fetch-a": Last(started="2026-11-20T13:00:02Z", ended="x", verdict="ok", good="")}
    settings = ScheduleSettings(schedules_by="platform", report_daily_schedule=OFF)
    there = [Kept(FETCH, SINCE), Kept(msgspec.structs.replace(FETCH, name="p", paused=True), SINCE)]
    found = {row.name: row for row in rows(there, own.chores(settings), ran, NOW)}
    assert (found["fetch-a"].next, found["fetch-a"].due) == (
        "2026-11-23T08:00:00-05:00",
        "2026-11-20T08:00:00-05:00",
    )
    states = {name: (row.state, row.asked_by) for name, row in found.items()}
    assert states["fetch-a"] == ("on", "bus")
    assert states["p"] == ("paused", "bus")
    assert states["backup"] == ("off", "platform")
    assert states["report-daily"] == ("off", "nobody")
    assert states["storage"] == ("missing", "bus")
    told = {line.split("  ")[0]: line for line in lines(list(found.values()))}
    assert "Mon 23 Nov 08:00-0500  Fri 20 Nov 13:00Z ok" in told["fetch-a"]
    assert "by the platform" in told["backup"]
    assert "missing" in told["storage"]
    assert "paused" in told["p"]


def test_a_wrong_setting_is_named() -> None:
    with pytest.raises(UsageError, match="BACKUP_SCHEDULE"):
        own.chores(ScheduleSettings(backup_schedule="20:00"))


def test_what_a_schedule_asks() -> None:
    assert request_of(FETCH) == FetchRequested(feed="a")
    weekly = next(one for one in own.chores(ScheduleSettings()) if one.name == "report-weekly")
    assert weekly.message == ReportRequested(period="weekly")
    with pytest.raises(Terminal, match="no request of ours"):
        request_of(Schedule(name="x", cron="@daily", subject="foreign", body=b"{}"))
