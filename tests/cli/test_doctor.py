"""What the doctor makes of what it sees: every verdict by a table, and the words for people."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from cli.census.records import Day
from cli.doctor import (
    bus,
    clock,
    drift,
    feeds,
    kept,
    machine,
    models,
    schedules,
    services,
    switches,
    text,
    work,
)
from cli.doctor.chore import letter
from cli.doctor.finding import EXIT, Finding, Level, Verdict, is_worse, report, verdict_of
from cli.doctor.probing import Answer
from cli.schedule import own
from cli.schedule.last import Last
from cli.schedule.rows import Row
from cli.storage.emergency import MARK
from common import stateversion
from common.controls.record import Control, Kept, Place
from common.kv import Entry
from common.pauses import Pause
from common.provision import Difference
from common.schedules.schedule import Kept as KeptSchedule
from common.schedules.schedule import Schedule
from common.schedules.settings import ScheduleSettings
from common.version import VERSION

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
HTTP_NOW = "Sun, 22 Nov 2026 08:00:00 GMT"
UNTIL = "2026-11-22T08:00:15Z"


def found(level: Level, says: str = "x") -> Finding:
    return Finding(check="c", about="a", level=level, says=says, mend="do it")


@pytest.mark.parametrize(
    ("levels", "verdict", "code"),
    [
        ((), "healthy", 0),
        (("ok", "note"), "healthy", 0),
        (("ok", "degraded", "note"), "degraded", 1),
        (("degraded", "unhealthy"), "unhealthy", 2),
    ],
)
def test_the_worst_decides(levels: tuple[Level, ...], verdict: Verdict, code: int) -> None:
    assert verdict_of(map(found, levels)) == verdict
    assert EXIT[verdict] == code


@pytest.mark.parametrize(
    ("now", "before", "worse"),
    [
        ("degraded", "healthy", True),
        ("unhealthy", "degraded", True),
        ("degraded", None, True),
        ("healthy", None, False),
        ("degraded", "degraded", False),
        ("degraded", "unhealthy", False),
    ],
)
def test_when_things_got_worse(now: Verdict, before: Verdict | None, worse: bool) -> None:
    assert is_worse(now, before) is worse


def test_the_words_begin_with_the_worst() -> None:
    seen = [found("ok", "fine"), found("note", "n"), found("unhealthy", "down"), found("degraded")]
    made = report(seen, at="2026-11-22T08:00:00Z", version="1.2", took_s=1.234)
    short, whole = list(text.lines(made)), list(text.lines(made, verbose=True))
    assert short[0] == "unhealthy: 2 findings, 4 things looked at (1.2, 1.23 s)"
    assert short[1:3] == ["UNHEALTHY c: a: down", "          → do it"]
    assert (len(short), len(whole)) == (7, 8)
    mail = letter(made)
    assert mail.title == "paperbus is unhealthy: a down"
    assert mail.audience == "operators"
    assert "→ do it" in mail.text
    healthy = report([found("ok")], at="x", version="1", took_s=0)
    assert text.title(healthy) == "paperbus is healthy"


@pytest.mark.parametrize(
    ("queue", "level", "part"),
    [
        ({}, "ok", "0 waiting"),
        ({"waiting": 4999, "oldest_s": 3500}, "ok", "the oldest for 58 min"),
        ({"waiting": 5001, "oldest_s": 10}, "degraded", "5001 waiting"),
        ({"waiting": 1, "oldest_s": 3700}, "degraded", "for 1 h"),
        ({"in_work": 1, "oldest_s": 3700, "deadline_s": 21_600}, "ok", "1 in work"),
        ({"waiting": 1, "oldest_s": 8 * 86_400}, "unhealthy", "for 8 d"),
        ({"paused": Pause(dependency="smtp", until=UNTIL)}, "degraded", "paused: smtp"),
        ({"paused": Pause(dependency="a person", until=UNTIL)}, "note", "paused: a person"),
    ],
)
def test_work_that_waits(queue: dict[str, Any], level: Level, part: str) -> None:
    made = work.judged(work.Queue(**{"durable": "d", "deadline_s": 600, **queue}))
    assert made.level == level
    assert part in made.says
    assert bool(made.mend) or level in ("ok", "note")


def test_dead_letters() -> None:
    assert work.judged_dead(0).level == "ok"
    one = work.judged_dead(1)
    assert (one.level, one.says) == ("degraded", "1 waits")
    assert "paperbus dead list" in one.mend


@pytest.mark.parametrize(
    ("used", "level", "mend"),
    [
        (0.79, "ok", ""),
        (0.80, "degraded", "analyze"),
        (0.90, "degraded", "cleanup"),
        (0.95, "unhealthy", "emergency"),
    ],
)
def test_the_disk(used: float, level: Level, mend: str) -> None:
    made = machine.disk("/data", used, 5 << 30)
    assert (made.level, mend in made.mend) == (level, True)
    assert "5.0 GiB free" in made.says


@pytest.mark.parametrize(("mib", "level"), [(100, "ok"), (101, "degraded")])
def test_a_log(mib: int, level: Level) -> None:
    assert machine.log("nats.log", mib << 20).level == level


@pytest.mark.parametrize(
    ("off_s", "level"), [(0.5, "ok"), (2.0, "ok"), (2.1, "degraded"), (31, "unhealthy")]
)
def test_a_clock(off_s: float, level: Level) -> None:
    assert clock.judged("nats", off_s).level == level


@pytest.mark.parametrize(
    ("asked_s", "answered_s", "exact_s", "off_s"),
    [
        (-5, 3, 0, 0),  # slow is not wrong
        (4, 5, 0, 4),
        (-9, -6, 0, 6),
        (0.9, 1.5, 1, 0),
        (3, 4, 1, 2),
    ],
)
def test_how_far_a_clock_is_off(
    asked_s: float, answered_s: float, exact_s: float, off_s: float
) -> None:
    between = (NOW + timedelta(seconds=asked_s), NOW + timedelta(seconds=answered_s))
    assert clock.off_s(NOW, between, exact_s=exact_s) == off_s


@pytest.mark.parametrize(
    ("share", "discard", "level"),
    [
        (0.79, "new", "ok"),
        (0.81, "new", "degraded"),
        (0.96, "new", "unhealthy"),
        (0.96, "old", "ok"),
    ],
)
def test_a_stream(share: float, discard: str, level: Level) -> None:
    config = bus.Size.Config(max_bytes=100 << 20, discard=discard)
    size = bus.Size(state=bus.Size.State(bytes=int(share * (100 << 20))), config=config)
    assert bus.fullness("PAPERS", size).level == level


def answered(status: int = 200, **body: Any) -> Answer:
    told = {"status": "ok", "version": VERSION, "problems": [], **body}
    between = (NOW - timedelta(seconds=1), NOW + timedelta(seconds=2))
    return Answer(status, msgspec.json.encode(told), HTTP_NOW, between=between)


@pytest.mark.parametrize(
    ("name", "answer", "levels", "part"),
    [
        ("fetcher", answered(), ["ok", "ok"], f"version {VERSION}"),
        ("fetcher", answered(503, problems=["nats: gone"]), ["unhealthy", "ok"], "nats: gone"),
        ("fetcher", Answer(502, b"<html>"), ["unhealthy"], "it answered 502"),
        ("fetcher", Answer(0, error="refused"), ["unhealthy"], "does not answer (refused)"),
        ("operator", Answer(0, error="refused"), ["degraded"], "does not answer"),
        ("fetcher", answered(version="9.9"), ["ok", "degraded", "ok"], "version 9.9"),
    ],
)
def test_a_service(name: str, answer: Answer, levels: list[Level], part: str) -> None:
    made = services.judged(name, answer)
    assert [one.level for one in made] == levels
    assert part in made[0].says


def test_a_service_whose_clock_is_off() -> None:
    later = NOW + timedelta(seconds=60)
    answer = msgspec.structs.replace(answered(), between=(later, later))
    *_, made = services.judged("fetcher", answer)
    assert (made.check, made.level) == ("clock", "unhealthy")


@pytest.mark.parametrize(
    ("status", "level"),
    [(200, "ok"), (404, "ok"), (401, "degraded"), (503, "degraded"), (0, "degraded")],
)
def test_a_model_endpoint(status: int, level: Level) -> None:
    assert models.judged("summaries", "https://m", status, "refused", "OPENAI").level == level


def row(**fields: Any) -> Row:
    known = {"name": "doctor", "asks": "doctor.requested", "cron": "0 0 6 * * *", "words": "daily"}
    more = {"time_zone": "UTC", "asked_by": "bus", "state": "on", "due": "2026-11-22T06:00:00Z"}
    return Row(**{**known, **more, **fields})


OK = Last(started="2026-11-22T06:00:01Z", ended="2026-11-22T06:00:09Z", verdict="ok", good="x")


def went(**fields: str) -> Last:
    return msgspec.structs.replace(OK, **fields)


@pytest.mark.parametrize(
    ("fields", "level", "part"),
    [
        ({"last": OK}, "ok", "2026-11-22T06:00Z ok"),
        ({"due": "", "next": "2026-11-23T06:00:00Z"}, "ok", "has not run yet; next"),
        ({"last": went(started="2026-11-21T06:00:01Z")}, "degraded", "was due at 2026-11-22T06"),
        ({}, "degraded", "did not run"),
        ({"due": "2026-11-22T07:30:00Z", "last": OK}, "ok", "ok"),  # it has an hour
        ({"last": went(verdict="failed", said="no room")}, "degraded", "failed: no room"),
        ({"last": went(verdict="upstream error")}, "degraded", "went wrong"),
        ({"last": went(verdict="holiday", said="the 4th")}, "ok", "holiday: the 4th"),
        ({"last": went(verdict="running", ended="")}, "ok", "running"),
        (
            {"last": went(verdict="running", started="2026-11-22T00:30:00Z"), "due": ""},
            "degraded",
            "running since",
        ),
        ({"state": "paused", "due": "", "last": OK}, "note", "paused"),
        ({"state": "missing", "due": ""}, "degraded", "not on the bus"),
        ({"state": "off", "asked_by": "platform", "due": ""}, "ok", "the platform"),
        ({"state": "off", "asked_by": "nobody", "due": "", "last": OK}, "ok", "switched off"),
    ],
)  # fmt: skip
def test_a_schedule(fields: dict[str, Any], level: Level, part: str) -> None:
    made = schedules.judged(row(**fields), NOW)
    assert (made.level, part in made.says) == (level, True), made
    assert bool(made.mend) is (level != "ok")


@pytest.mark.parametrize(
    ("good", "level"),
    [("", "note"), ("2026-11-21T20:00:00Z", "ok"), ("2026-11-14T20:00:00Z", "degraded")],
)
def test_the_age_of_the_newest_backup(good: str, level: Level) -> None:
    (made,) = schedules.backups([row(name="backup", last=Last(good=good)), row()], NOW)
    assert made.level == level


def test_a_feed() -> None:
    feed = feeds.Feed(name="a", schedule="0 0 8 * * *")
    lost = feeds.judged(feed, None, Last(), NOW)
    assert (lost.level, lost.mend) == ("degraded", "restart the fetcher")
    assert feeds.judged(feeds.Feed(name="a"), None, OK, NOW).level == "ok"
    failing = row(name="fetch-a", last=went(verdict="upstream error", said="503"), due="")
    made = feeds.judged(feed, failing, Last(), NOW)
    assert (made.check, made.about, made.level) == ("feeds", "a", "degraded")
    assert made.mend == "paperbus schedule run fetch-a"
    assert feeds.judged_day("arxiv 2026-07-14", Day(announced=9, in_ledger=9)).level == "ok"
    gap = feeds.judged_day("arxiv 2026-07-14", Day(announced=9, in_ledger=8))
    assert (gap.level, gap.says) == ("degraded", "8 of 9 papers are here")


def test_drift() -> None:
    assert drift.topology([]).level == "ok"
    made = drift.topology([Difference("PAPERS", "max_bytes", 1, 2)])
    assert (made.level, "PAPERS (max_bytes)" in made.says) == ("unhealthy", True)

    assert drift.state(stateversion.NEEDED).level == "ok"
    assert drift.state(stateversion.NEEDED + 1).level == "unhealthy"

    def stands(cron: str) -> list[KeptSchedule]:
        schedule = Schedule(name="doctor", cron=cron, subject="doctor.requested")
        return [KeptSchedule(schedule, "2026-01-01T00:00:00Z")]

    chores = own.chores(ScheduleSettings())
    assert drift.planned(chores, stands("0 0 6 * * *"), "UTC").level == "ok"
    other = drift.planned(chores, stands("0 0 5 * * *"), "UTC")
    assert (other.level, "doctor" in other.says) == ("degraded", True)
    off = own.chores(ScheduleSettings(doctor_schedule="off"))
    assert drift.planned(off, stands("0 0 6 * * *"), "UTC").level == "degraded"


@pytest.mark.parametrize(
    ("kind", "value", "part"),
    [
        ("flag", "off", "off since 2026"),
        ("flag", "on", ""),
        ("log", "debug", "debug"),
        ("log", "error", ""),
    ],
)
def test_a_switch(kind: str, value: str, part: str) -> None:
    at = "2026-11-22T08:00:00Z"
    made = switches.judged(Kept(Place(kind, "all", "mail"), Control(value=value, at=at)))
    assert (made is not None) is bool(part)
    if made is not None:
        assert (made.level, part in made.says) == ("note", True)


def test_emergency_mode() -> None:
    mark = Control(value="on", at="2026-11-22T08:00:00Z", why="volume data is 96 % full")
    made = switches.judged(Kept(MARK, mark))
    assert made is not None
    assert (made.level, "96 % full" in made.says) == ("unhealthy", True)
    assert made.mend.endswith("paperbus storage emergency off")
    assert switches.judged(Kept(MARK, Control(value="off"))) is None


class Bucket:
    """A bucket in memory."""

    def __init__(self) -> None:
        self.values: dict[str, Entry] = {}

    async def put(self, name: str, value: bytes) -> int:
        self.values[name] = Entry(value, 1)
        return 1

    async def items(self, prefix: str = "") -> list[tuple[str, Entry]]:
        return sorted(pair for pair in self.values.items() if pair[0].startswith(prefix))

    async def keys(self, prefix: str = "") -> list[str]:
        return [name for name, _ in await self.items(prefix)]

    async def delete(self, name: str) -> None:
        del self.values[name]


async def test_the_newest_are_kept() -> None:
    bucket = Bucket()
    assert await kept.newest(bucket) is None
    for minute in range(kept.KEPT + 3):
        at = (
            f"2026-11-22T08:{minute:02d}:00.000000Z"
            if minute < 60
            else f"2026-11-22T09:0{minute % 60}"
        )
        await kept.keep(bucket, report([found("ok")], at=at, version="1", took_s=0))
    assert len(bucket.values) == kept.KEPT
    newest = await kept.newest(bucket)
    assert newest is not None
    assert newest.at == "2026-11-22T09:02"
