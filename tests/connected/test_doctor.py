"""The doctor before a system with planted trouble, before nothing at all, and as a chore."""

import asyncio
import json
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from buses import connected, until, working
from cli.__main__ import main
from cli.doctor import kept
from cli.operate import handlers
from cli.operate.noting import read
from cli.settings import Settings
from common import topology
from common.batch import Draft, publish_one
from common.chores import DoctorRequested, MailRequested
from common.events import FetchRequested
from common.ids import now
from common.kv import key
from common.runtime import Runtime
from common.schedules import keeping
from common.settings import load
from servers import Nats

pytestmark = pytest.mark.connected

FEED, DAY = {"name": "a", "schedule": "0 0 8 * * *"}, {"announced": 9, "in_ledger": 7}
RUN = {"feed": "a", "started": "2026-11-22T06:00:00Z", "ended": "2026-11-22T06:00:09Z"}


@pytest.fixture
def silent() -> Iterator[int]:
    """A port where a connection is taken and nothing is ever said."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def closed() -> Iterator[int]:
    """A port that refuses every connection, and that nobody else can take."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """What answers nothing is waited for shortly, what answers slowly as long as it takes."""
    for module in ("models", "probing", "stores"):
        monkeypatch.setattr(f"cli.doctor.{module}.PATIENCE_S", 0.3)
    for limit in ("bus.ASK_S", "examine.LOOK_S", "examine.CONNECT_S"):
        monkeypatch.setattr(f"cli.doctor.{limit}", 60)


@pytest.fixture
def known(tmp_path: Path, silent: int, closed: int) -> dict[str, str]:
    """Settings by which nothing answers but the bus, where it is named."""
    return {
        "S3_URL": f"http://127.0.0.1:{silent}",
        "QDRANT_URL": f"http://127.0.0.1:{silent}",
        "OPENAI_BASE_URL": f"http://127.0.0.1:{closed}/v1",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(silent),
        "GATEWAY_HEALTH_URLS": f"fetcher=http://127.0.0.1:{silent}/health/ready",
        "DATA_DIR": str(tmp_path),
        "NATS_MONITOR_URLS": f"http://127.0.0.1:{silent}",
        "CENSUS_VOLUMES": "lost=/nowhere/at/all",
    }


async def plant(nats: Nats) -> None:
    async with connected(nats) as runtime:
        request = FetchRequested(feed="a")
        await runtime.bus.schedule("fetch-a", "0 0 8 * * *", request, time_zone="UTC")
        await runtime.bus.schedule("doctor", "0 0 5 * * *", DoctorRequested(), time_zone="UTC")
        await keeping.pause(runtime.js, "doctor", now())
        sources = runtime.kv("sources")
        failing = {**RUN, "verdict": "upstream error", "error": "503 of arXiv"}
        await sources.put(key("feed", "a"), msgspec.json.encode(FEED))
        await sources.put(key("run", "a", "1"), msgspec.json.encode(failing))
        await sources.put(key("day", "arxiv", "2026-07-14"), msgspec.json.encode(DAY))
        off = {"value": "off", "at": now(), "why": "too dear"}
        await runtime.kv("controls").put(
            key("flag", "summarizer", "summarising"), msgspec.json.encode(off)
        )
        dead = topology.dead_subject("paper.fetched")
        await publish_one(runtime.js, topology.PAPERS, Draft(subject=dead, body=b"{}"))
        await runtime.js.delete_consumer("PAPERS", "notifier-summary-ready")
        await runtime.js.add_consumer("PAPERS", durable_name="notifier-summary-ready")


def told(answer: str) -> dict[tuple[str, str], dict[str, Any]]:
    return {(one["check"], one["about"]): one for one in json.loads(answer)["findings"]}


def test_planted_trouble_is_found_with_its_mend(
    nats: Nats, tmp_path: Path, known: dict[str, str]
) -> None:
    (tmp_path / "logs").mkdir()
    with (tmp_path / "logs" / "gateway.log").open("wb") as log:
        log.truncate(101 << 20)
    asyncio.run(plant(nats))
    environ = {**known, "NATS_URL": nats.url}
    runner = CliRunner(env=environ)
    result = runner.invoke(main, ["doctor", "--json"])
    assert result.exit_code == 2, result.output
    found = told(result.stdout)
    expected = {
        ("stores", "objects"): ("unhealthy", "S3_URL"),
        ("stores", "qdrant"): ("unhealthy", "QDRANT_URL"),
        ("stores", "nats"): ("unhealthy", "NATS_MONITOR_URLS"),
        ("disk", "lost"): ("note", "CENSUS_VOLUMES"),
        ("services", "fetcher"): ("unhealthy", "log of the fetcher"),
        ("drift", "topology"): ("unhealthy", "paperbus topology apply"),
        ("drift", "schedules"): ("degraded", "restart"),
        ("models", "summaries"): ("degraded", "OPENAI_BASE_URL"),
        ("mail", "smtp"): ("degraded", "SMTP_HOST"),
        ("work", "dead letters"): ("degraded", "paperbus dead list"),
        ("feeds", "a"): ("degraded", "paperbus schedule run fetch-a"),
        ("completeness", "arxiv 2026-07-14"): ("degraded", "--since 2026-07-14"),
        ("logs", "gateway.log"): ("degraded", "truncate"),
        ("schedules", "doctor"): ("note", "paperbus schedule resume doctor"),
        ("switches", "summarizer summarising"): ("note", "paperbus flags clear summarising"),
        ("clock", "nats"): ("ok", ""),
    }
    seen = {place: found[place]["level"] for place in expected}
    assert seen == {place: level for place, (level, _) in expected.items()}
    for place, (_, mend) in expected.items():
        assert mend in found[place]["mend"], place

    one = runner.invoke(main, ["doctor", "--feed", "a"])
    assert one.exit_code == 1
    assert "503 of arXiv" in one.stdout
    assert "stores" not in one.stdout
    unknown = runner.invoke(main, ["doctor", "--feed", "b"])
    assert (unknown.exit_code, "there are: a" in unknown.stderr) == (2, True)
    asyncio.run(as_a_chore(nats, load(Settings, environ)))
    by_the_platform = runner.invoke(main, ["doctor", "--keep"])
    assert by_the_platform.exit_code == 0
    assert by_the_platform.stdout.startswith("unhealthy")
    assert asyncio.run(examinations(nats)) == 3


async def as_a_chore(nats: Nats, settings: Settings) -> None:
    """The worker keeps what it finds, and mails it when asked or when it is worse than before."""
    async with connected(nats) as runtime, connected(nats) as own:
        bucket = runtime.kv(kept.BUCKET)
        async with working(nats, handlers.table(own, settings)):
            for mail, letters in ((False, 1), (True, 2)):
                before = (await read(bucket, "doctor")).good
                await runtime.bus.request(DoctorRequested(mail=mail))
                await until(partial(_ran, runtime, before), "it did not run", seconds=60)
                assert await _mails(runtime) == letters
        newest = await kept.newest(bucket)
        assert newest is not None
        assert newest.verdict == "unhealthy"
        assert len(await bucket.keys("doctor.")) == 2


async def examinations(nats: Nats) -> int:
    async with connected(nats) as runtime:
        return len(await runtime.kv(kept.BUCKET).keys("doctor."))


async def _ran(runtime: Runtime, before: str) -> bool:
    return (await read(runtime.kv(kept.BUCKET), "doctor")).good != before


async def _mails(runtime: Runtime) -> int:
    info = await runtime.js.stream_info(topology.REQUESTS, subjects_filter=MailRequested.subject)
    return sum((info.state.subjects or {}).values())


@pytest.mark.parametrize("bus", ["closed", "silent"])
def test_where_everything_is_down_it_says_so_soon(
    known: dict[str, str],
    bus: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cli.doctor.examine.CONNECT_S", 0.5)
    url = f"nats://127.0.0.1:{request.getfixturevalue(bus)}"
    result = CliRunner(env={**known, "NATS_URL": url}).invoke(main, ["doctor", "--json"])
    assert result.exit_code == 2, result.output
    found = told(result.stdout)
    down = {place for place, one in found.items() if one["level"] == "unhealthy"}
    assert down >= {("bus", "nats"), ("stores", "objects"), ("stores", "qdrant")}
    # Soon: each look gave up by itself, and none only when its minute was over.
    assert not [place for place, one in found.items() if "60 s" in one["says"]]


def test_what_does_not_go_together() -> None:
    result = CliRunner().invoke(main, ["doctor", "--keep", "--feed", "a"])
    assert (result.exit_code, "--keep" in result.stderr) == (2, True)
