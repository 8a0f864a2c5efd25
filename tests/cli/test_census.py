"""The census: what is counted, and that what is not known is not told."""

import asyncio
import base64
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest

from cli.backup.record import Record as Backup
from cli.census import bus, certificates, dependencies, local, records, spend
from cli.census.papers import STATES, Brief, Tally
from cli.census.rounds import Part, Rounds
from cli.census.settings import listed, pairs
from cli.census.sheet import Found, Sheet
from cli.progress import Progress, furthest
from cli.schedule.last import Last
from common import topology
from common.errors import ServiceError, Unavailable, UsageError
from common.kv import Entry, key
from common.ledger import Row
from common.reconciles import Record as Reconcile
from common.stream import Stored

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def test_what_is_not_known_is_absent_and_what_is_gone_goes() -> None:
    registry, sheet = CollectorRegistry(), Sheet()
    registry.register(sheet)
    assert generate_latest(registry) == b""
    sheet.put({"papers": {("dead",): 2, ("notified",): 1}, "backup_bytes": {(): 5}})
    assert registry.get_sample_value("paperbus_papers", {"state": "dead"}) == 2
    assert registry.get_sample_value("paperbus_backup_bytes") == 5
    assert sheet.value("papers", "dead") == 2
    assert b"nats_healthy" not in generate_latest(registry)
    sheet.put({"papers": {("notified",): 3}})
    assert registry.get_sample_value("paperbus_papers", {"state": "dead"}) is None
    sheet.add("papers", 4, "dead")
    assert generate_latest(registry).count(b"paperbus_papers{") == 2
    with pytest.raises(KeyError):
        sheet.put({"of_tomorrow": {}})


class Moody:
    """Fails, hangs or tells, as it is asked to."""

    def __init__(self) -> None:
        self.mood: ServiceError | OSError | None = None
        self.hangs = False
        self.looks = 0

    async def look(self) -> Found:
        self.looks += 1
        if self.hangs:
            await asyncio.Event().wait()
        if self.mood is not None:
            raise self.mood
        return {"nats_healthy": {(): self.looks}}


@pytest.mark.parametrize("mood", [Unavailable("nats", "gone"), OSError("gone"), None])
async def test_a_part_that_fails_or_hangs_keeps_its_last_values(
    mood: ServiceError | OSError | None,
) -> None:
    sheet, moody = Sheet(), Moody()
    rounds = Rounds(sheet, lambda: 100.0)
    part = Part("nats", 0, moody.look)
    assert await rounds.once(part)
    assert sheet.value("nats_healthy") == 1
    assert sheet.value("census_last_success_timestamp_seconds", "nats") == 100
    moody.mood, moody.hangs = mood, mood is None
    short = part._replace(limit_s=0.01) if mood is None else part
    rounds._now_s = lambda: 200.0
    assert not await rounds.once(short)
    assert not await rounds.once(short)
    assert sheet.value("nats_healthy") == 1
    assert sheet.value("census_last_success_timestamp_seconds", "nats") == 100
    moody.mood, moody.hangs = None, False
    assert await rounds.once(part)
    assert sheet.value("nats_healthy") == moody.looks
    assert sheet.value("census_last_success_timestamp_seconds", "nats") == 200


async def test_one_that_hangs_holds_up_no_other_and_a_bug_ends_all() -> None:
    sheet, hanging, well, broken = Sheet(), Moody(), Moody(), Moody()
    hanging.hangs = True
    stopping = asyncio.Event()
    parts = (Part("papers", 0, hanging.look, limit_s=None), Part("nats", 0, well.look))
    running = asyncio.create_task(Rounds(sheet).run(parts, stopping))
    async with asyncio.timeout(60):
        while well.looks < 3:  # noqa: ASYNC110
            await asyncio.sleep(0)
        stopping.set()
        await running
    assert hanging.looks == 1

    async def bug() -> Found:
        raise ZeroDivisionError

    assert broken.looks == 0
    with pytest.raises(ZeroDivisionError):
        await Rounds(sheet).run((Part("nats", 0, bug),), asyncio.Event())


ROWS = st.builds(
    Row,
    paper=st.sampled_from(["a", "b", "c"]),
    row=st.sampled_from((*topology.PIPELINE, "indexer-summary")),
    state=st.sampled_from(["announced", "waiting", "done", "dead", "cancelled"]),
    version=st.integers(1, 3),
    at=st.just("2026-11-22T08:00:00.000000Z"),
)


@given(st.lists(ROWS, max_size=40))
def test_papers_are_counted_as_progress_counts_them(rows: list[Row]) -> None:
    rows.sort(key=lambda row: row.version)
    progress, tally = Progress(), Tally()
    for row in rows:
        progress.take(row)
        tally.take(row.paper, Brief(row.row, row.state, row.version, row.at))
    counts = tally.found(0)["papers"]
    plain = [furthest(known) for known in progress.rows.values()]
    for state in STATES[:-2]:
        assert counts[state,] == plain.count(state)
    assert counts["dead",] + counts["cancelled",] == plain.count("dead")
    assert sum(counts.values()) == tally.total == len(progress.rows)


def brief(row: str, state: str, minutes: int, version: int = 1) -> Brief:
    at = NOW - timedelta(minutes=minutes)
    stamp = at.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return Brief(row, state, version, stamp)


def test_the_longest_wait_is_of_what_has_not_ended() -> None:
    tally = Tally()

    def waits() -> dict[str, float]:
        """In minutes."""
        told = tally.found(NOW.timestamp())["paper_oldest_wait_seconds"]
        return {step: value / 60 for (step,), value in told.items()}

    assert waits() == {"searchable": 0, "delivered": 0}
    tally.take("a", brief("fetcher", "announced", 90))
    tally.take("b", brief("fetcher", "announced", 60))
    tally.take("a", brief("fetcher", "done", 80))
    assert waits() == {"searchable": 90, "delivered": 90}
    tally.take("a", brief("indexer", "done", 70))
    assert waits() == {"searchable": 60, "delivered": 90}
    tally.take("b", brief("fetcher", "done", 55))
    tally.take("b", brief("indexer", "dead", 50))
    for row in topology.PIPELINE:
        tally.take("a", brief(row, "done", 40))
    assert waits() == {"searchable": 0, "delivered": 0}
    tally.take("a", brief("fetcher", "announced", 10, version=2))
    assert waits() == {"searchable": 10, "delivered": 10}


def test_the_oldest_of_what_waits() -> None:
    stored = [Stored(n, "s", f"2026-11-22T08:5{n}:00.123456789Z", b"", {}) for n in (3, 1, 2)]
    assert bus.age_s(stored, NOW) == pytest.approx(539.876544, abs=1e-3)
    assert bus.age_s([], NOW) == 0
    assert bus.age_s(stored, NOW - timedelta(hours=1)) == 0


def item(name: str, value: Any) -> tuple[str, Entry]:
    return name, Entry(msgspec.json.encode(value), 1)


def test_completeness_of_the_newest_day_with_papers() -> None:
    days = [
        item(key("day", "arxiv", "2026-11-19"), {"announced": 10, "in_ledger": 1}),
        item(key("day", "arxiv", "2026-11-20"), {"announced": 8, "in_ledger": 6, "at": "x"}),
        item(key("day", "arxiv", "2026-11-21"), {"announced": 0, "in_ledger": 0}),
    ]
    assert records.of_days(days) == {"coverage_ratio": {("arxiv",): 0.75}}
    assert records.of_days([]) == {"coverage_ratio": {}}


def test_backups_of_which_only_good_ones_count() -> None:
    def made(ended: str, state: str, **more: Any) -> tuple[str, Entry]:
        one = Backup(id=ended, state=state, started=ended, ended=ended, **more)  # type: ignore[arg-type]
        return item(key("backup", ended), one)

    items = [
        made("2026-11-20T00:00:00Z", "ok", size_bytes=5, objects_bytes=90, objects_included=True),
        made("2026-11-21T00:00:00Z", "ok", size_bytes=7, objects_bytes=100),
        made("2026-11-22T00:00:00Z", "failed"),
    ]
    at = datetime(2026, 11, 21, tzinfo=UTC).timestamp()
    expected = {"backup_last_success_timestamp_seconds": {(): at}, "backup_bytes": {(): 7}}
    assert records.of_backups(items) == expected
    assert records.of_backups(items[:1])["backup_bytes"] == {(): 95}
    assert records.of_backups(items[2:]) == {}


@pytest.mark.parametrize(
    ("newest", "wrong"),
    [
        (None, None),
        (Reconcile(id="1", state="running", left={"stuck": 1}), None),
        (Reconcile(id="1", state="ok", found={"stuck": 3}, left={"stuck": 1}), 1),
        (Reconcile(id="1", state="ok", found={"stuck": 3, "orphan": 1}, dry_run=True), 4),
        (Reconcile(id="1", state="ok"), 0),
    ],
)
def test_reconciliations(newest: Reconcile | None, wrong: int | None) -> None:
    found = records.of_reconcile(newest, {})
    assert found == ({} if wrong is None else {"reconcile_differences": {(): wrong}})
    ran = {"reconcile": Last(good="2026-11-22T09:00:00Z")}
    told = records.of_reconcile(newest, ran)
    assert told["reconcile_last_timestamp_seconds"] == {(): NOW.timestamp()}


def test_feeds_are_schedules_and_what_never_ended_well_is_absent() -> None:
    ran = {
        "fetch-ai": Last(good="2026-11-22T09:00:00Z"),
        "doctor": Last(good="2026-11-22T09:00:00Z", verdict="failed"),
        "backup": Last(started="2026-11-22T09:00:00Z", verdict="failed"),
    }
    found = records.of_runs(ran, [])
    at = NOW.timestamp()
    assert found["harvest_last_timestamp_seconds"] == {("ai",): at}
    assert found["schedule_last_success_timestamp_seconds"] == {("fetch-ai",): at, ("doctor",): at}


def test_money_of_the_day_and_of_the_month() -> None:
    days = {"2026-11-22": 0.25, "2026-11-01": 1.5, "2026-10-31": 9.0}
    assert spend.of_days(days, NOW) == {"spend_usd": {("day",): 0.25, ("month",): 1.75}}
    assert spend.of_days({}, NOW) == {"spend_usd": {("day",): 0, ("month",): 0}}


def test_volumes_and_keys_that_are_there(tmp_path: Path) -> None:
    found = local.disks({"data": str(tmp_path), "gone": str(tmp_path / "gone")})
    assert 0 < found["disk_used_ratio"]["data",] < 1
    assert found["disk_free_bytes"]["data",] > 0
    assert ("gone",) not in found["disk_used_ratio"]
    now_s = time.time()
    for name, age_s in (("indexer.nk", 50), ("notes.txt", 10)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (now_s - age_s, now_s - age_s))
    assert local.keys(tmp_path, now_s) == {"key_age_seconds": {("indexer",): pytest.approx(50)}}
    assert local.keys(tmp_path / "gone", now_s) == {"key_age_seconds": {}}


UNTIL_2027 = """
MIIBiDCCAS2gAwIBAgIUPKxzOweiEllTaNXkYxOeuCKr4VgwCgYIKoZIzj0EAwIwGTEXMBUGA1UEAwwOcGFwZXJzLm
V4YW1wbGUwHhcNMjYxMTIyMDkwNzU1WhcNMjcxMjI3MDkwNzU1WjAZMRcwFQYDVQQDDA5wYXBlcnMuZXhhbXBsZTBZ
MBMGByqGSM49AgEGCCqGSM49AwEHA0IABGZCMOXrWchRzOTAPqPWyyVYZkFAtTJGmgxYIxbSIjihP3ReBFAoSViyJe
CluUwIXOFF2Gy240yPFE3raDe/L7GjUzBRMB0GA1UdDgQWBBSCFioJ8ETOjgSMp1f5dlojwFSF+DAfBgNVHSMEGDAW
gBSCFioJ8ETOjgSMp1f5dlojwFSF+DAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQDqoMRuFl/edX
0J/uIga91fzOMCT/mgc1NZP/88Wn2TDgIhANo3ItrOHlv/cRICjuZchoURpTexb2e2KOy+p1z+2azc
"""
UNTIL_2059 = """
MIIBbzCCARWgAwIBAgIUOJMizzpFlIPDImYodq4xtmvxmlswCgYIKoZIzj0EAwIwDDEKMAgGA1UEAwwBcDAgFw0yNj
ExMjIwOTA3NTZaGA8yMDU5MDkzMDA5MDc1NlowDDEKMAgGA1UEAwwBcDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA
BGOj5vwMXp4H1hPHqONtryzpigTHOPey8rHpbt/4nVuvk7s0J/24LK7uADZT9KXHa9fSbT8nu4/KGaEWB2U9iyujUz
BRMB0GA1UdDgQWBBSzcAO5RTfWeRiQikpvPxZ7FEJjZjAfBgNVHSMEGDAWgBSzcAO5RTfWeRiQikpvPxZ7FEJjZjAP
BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIDPUqsolE2ZQWSaepdsjJR9kmRT1cFtWy8dFLe8+WvzeAi
EA8b3h5OHDawBG7IpHhHlkv8Yf7vrjuPIxVp84edTe2Nk=
"""


@pytest.mark.parametrize(
    ("certificate", "end"),
    [
        (UNTIL_2027, datetime(2027, 12, 27, 9, 7, 55, tzinfo=UTC)),
        (UNTIL_2059, datetime(2059, 9, 30, 9, 7, 56, tzinfo=UTC)),
    ],
)
def test_the_end_of_a_certificate(certificate: str, end: datetime) -> None:
    assert certificates.not_after(base64.b64decode(certificate)) == end


@given(st.binary(max_size=60))
def test_what_is_no_certificate_has_no_end(body: bytes) -> None:
    with pytest.raises((ValueError, IndexError)):
        certificates.not_after(body)


def test_what_is_reached_by_tls() -> None:
    named = {"page": "papers.example.org", "mail": "mx:465", "six": "https://[::1]:8443/x"}
    addresses = ["tls://n1:4222,tls://n2,nats://n3", "http://s3:9000", "https://q", "https://q:443"]
    assert certificates.places(named, addresses) == {
        "page": ("papers.example.org", 443),
        "mail": ("mx", 465),
        "six": ("::1", 8443),
        "n1:4222": ("n1", 4222),
        "n2:4222": ("n2", 4222),
        "q:443": ("q", 443),
    }
    for wrong in ("host:port", ":443", "https://[bad"):
        with pytest.raises(UsageError, match="CENSUS_CERTIFICATES"):
            certificates.places({"x": wrong}, [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        (" , ", {}),
        ("a=b", {"a": "b"}),
        ("a=http://x?y=1, b=2", {"a": "http://x?y=1", "b": "2"}),
    ],
)
def test_pairs(text: str, expected: dict[str, str]) -> None:
    assert pairs("CENSUS_VOLUMES", text) == expected
    assert listed(" a ,,b ") == ("a", "b")


@pytest.mark.parametrize("wrong", ["a", "=b", "a=", "a=b,c"])
def test_pairs_that_are_none_are_refused_by_name(wrong: str) -> None:
    with pytest.raises(UsageError, match="CENSUS_VOLUMES"):
        pairs("CENSUS_VOLUMES", wrong)


async def test_who_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dependencies, "TIMEOUT_S", 0.01)
    moods = {name: Moody() for name in ("nats", "objects", "qdrant", "other")}
    moods["objects"].mood = Unavailable("objects", "gone")
    moods["qdrant"].hangs = True
    moods["other"].mood = OSError("refused")
    found = await dependencies.dependencies({name: mood.look for name, mood in moods.items()})
    assert found["dependency_up"] == {
        ("nats",): 1,
        ("objects",): 0,
        ("qdrant",): 0,
        ("other",): 0,
    }


async def test_services_and_servers_are_asked_over_http() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "down":
            raise httpx.ConnectError("refused")
        return httpx.Response({"ill": 503}.get(request.url.host, 200))

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        urls = {name: f"http://{name}:9090/health/ready" for name in ("well", "ill", "down")}
        found = await dependencies.services(client, urls)
        assert found["service_ready"] == {("well",): 1, ("ill",): 0, ("down",): 0}
        for hosts, healthy in ((("well", "fine"), 1), (("well", "ill"), 0), (("down",), 0)):
            asked = tuple(f"http://{host}:8222/" for host in hosts)
            assert await dependencies.nats(client, asked) == {"nats_healthy": {(): healthy}}
