"""Schedules on a real bus with the rights of a real system: a pause outlives every restart."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from buses import connected, until
from cli.__main__ import main
from cli.operate.noting import name_of, note, read
from cli.schedule import own
from cli.schedule.last import Last
from cli.schedule.rows import Row, gather
from common.chores import BackupRequested
from common.errors import Terminal, UsageError
from common.events import FetchRequested, ReconcileRequested, TidyRequested
from common.ids import now
from common.runtime import Runtime
from common.schedules import keeping
from common.schedules.settings import OFF, ScheduleSettings
from common.topology import OPERATOR, REQUESTS
from servers import Nats, nats_server
from tiny_running import apply

pytestmark = pytest.mark.connected

NAME = "fetch-a"
FEED = FetchRequested(feed="a")


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nats]:
    """A server where every user has its own rights."""
    folder: Path = tmp_path_factory.mktemp("nats")
    with nats_server(folder, secured=True) as server:
        asyncio.run(apply(server, user=OPERATOR))
        yield server


async def waiting(runtime: Runtime) -> int:
    info = await runtime.js.stream_info(REQUESTS, subjects_filter=FetchRequested.subject)
    return sum((info.state.subjects or {}).values())


async def row(runtime: Runtime, name: str, settings: ScheduleSettings | None = None) -> Row:
    found = await gather(runtime, settings or ScheduleSettings())
    return next(row for row in found if row.name == name)


async def test_a_pause_outlives_the_restart_of_its_service_and_of_the_server(secured: Nats) -> None:
    async with (
        connected(secured, "fetcher", user="fetcher") as fetcher,
        connected(secured, "schedule", user=OPERATOR) as operator,
    ):
        await fetcher.bus.schedule(NAME, "@every 1s", FEED, time_zone="America/New_York")
        await until(lambda: _some(operator), "it never fired", seconds=60)
        await keeping.pause(operator.js, NAME, now())
        before = await row(operator, NAME)
        assert (before.state, before.next, before.words) == ("paused", "", "every 1s")
        # what the fetcher does at its start
        await fetcher.bus.schedule(NAME, "@every 1s", FEED, time_zone="America/New_York")
        count = await waiting(operator)
    secured.kill()
    secured.start()
    async with (
        connected(secured, "fetcher", user="fetcher") as fetcher,
        connected(secured, "schedule", user=OPERATOR) as operator,
    ):
        # a new pattern while it is paused is taken, and does not wake it
        await fetcher.bus.schedule(NAME, "* * * * * *", FEED, time_zone="UTC")
        await fetcher.bus.schedule("other", "@every 1s", TidyRequested(), time_zone="UTC")
        await until(lambda: _tidied(operator), "the other never fired", seconds=60)
        assert (await row(operator, NAME)).state == "paused"
        assert await waiting(operator) <= count + 1  # one may have been under way
        await keeping.resume(operator.js, NAME)
        after = await row(operator, NAME)
        assert (after.state, after.words) == ("on", "every second")
        more = await waiting(operator)
        await until(lambda: _more(operator, more), "it does not go on", seconds=60)
        await fetcher.bus.unschedule(NAME)
        await fetcher.bus.unschedule("other")


async def _some(runtime: Runtime) -> bool:
    return await waiting(runtime) > 0


async def _more(runtime: Runtime, than: int) -> bool:
    return await waiting(runtime) > than


async def _tidied(runtime: Runtime) -> bool:
    info = await runtime.js.stream_info(REQUESTS, subjects_filter=TidyRequested.subject)
    return sum((info.state.subjects or {}).values()) > 0


async def test_one_put_again_stands_as_it_stood(secured: Nats) -> None:
    async with connected(secured, "indexer", user="indexer") as indexer:
        for _ in range(2):
            await indexer.bus.schedule(
                "daily", "@daily", ReconcileRequested(), time_zone="Asia/Tokyo"
            )
        first = await keeping.read(indexer.js, "daily")
        await indexer.bus.schedule("daily", "@daily", ReconcileRequested(), time_zone="UTC")
        assert await keeping.read(indexer.js, "daily") == first
        await indexer.bus.unschedule("daily")
        assert await keeping.read(indexer.js, "daily") is None


async def test_what_the_operators_worker_is_asked(secured: Nats) -> None:
    async with connected(secured, OPERATOR, user=OPERATOR) as operator:
        settings = ScheduleSettings(report_daily_schedule=OFF, schedules_time_zone="Europe/Berlin")
        await own.publish(operator.bus, settings)
        found = {row.name: row for row in await gather(operator, settings)}
        assert found["report-daily"].state == "off"
        assert (found["doctor"].state, found["doctor"].time_zone) == ("on", "Europe/Berlin")
        assert found["doctor"].next[11:19] == "06:00:00"

        by_platform = ScheduleSettings(schedules_by="platform")
        assert (await row(operator, "doctor", by_platform)).state == "on"
        await own.publish(operator.bus, by_platform)
        found = {row.name: row for row in await gather(operator, by_platform)}
        assert {name: row.state for name, row in found.items()} == {
            **dict.fromkeys(("backup", "doctor"), "off"),
            **dict.fromkeys(("report-daily", "report-monthly", "report-weekly"), "off"),
            "storage": "on",
        }
        assert found["backup"].asked_by == "platform"
        with pytest.raises(UsageError, match="there is no schedule 'doctor'; there are: storage"):
            await keeping.pause(operator.js, "doctor", now())


async def test_a_chore_leaves_its_record(secured: Nats) -> None:
    async with connected(secured, OPERATOR, user=OPERATOR) as operator:
        bucket = operator.kv("operations")
        async with note(operator, "backup"):
            running = await read(bucket, "backup")
            assert (running.ended, running.good) == ("", "")
        good = await read(bucket, "backup")
        with pytest.raises(Terminal):
            async with note(operator, "backup"):
                raise Terminal("no room")
        failed = await read(bucket, "backup")
        assert (failed.error, failed.good) == ("no room", good.good)
        found = (await row(operator, "backup")).last
        assert found == Last(
            started=failed.started, ended=failed.ended, verdict="failed", said="no room",
            good=good.good,
        )  # fmt: skip


def test_the_commands(secured: Nats) -> None:
    known = secured.settings(OPERATOR)
    environ = {"NATS_URL": known.nats_url, "NATS_NKEY_SEED_FILE": known.nats_nkey_seed_file}
    runner = CliRunner(env=environ)
    asyncio.run(publish(secured))

    def said(*args: str, code: int = 0) -> str:
        result = runner.invoke(main, ["schedule", *args])
        assert result.exit_code == code, result.output
        return result.output

    assert "at 01:00 on Sunday" in said("list")
    assert "backup is paused" in said("pause", "backup")
    assert {row["name"]: row["state"] for row in json.loads(said("list", "--json"))}[
        "backup"
    ] == "paused"
    before = asyncio.run(backups(secured))  # the clock may have asked for some
    asked = json.loads(said("run", "backup", "--json"))
    assert asked["asked"] == BackupRequested.subject
    assert asyncio.run(backups(secured)) == before + 1
    assert json.loads(said("resume", "backup", "--json"))["state"] == "on"
    assert "there is no schedule 'x'" in said("run", "x", code=2)


async def publish(nats: Nats) -> None:
    async with connected(nats, OPERATOR, user=OPERATOR) as operator:
        await own.publish(operator.bus, ScheduleSettings())


async def backups(nats: Nats) -> int:
    async with connected(nats, OPERATOR, user=OPERATOR) as operator:
        asked = BackupRequested.subject
        info = await operator.js.stream_info(REQUESTS, subjects_filter=asked)
        return sum((info.state.subjects or {}).values())


@pytest.mark.parametrize(
    ("message", "name"),
    [(chore.message, chore.name) for chore in own.chores(ScheduleSettings())],
)
def test_a_chore_is_noted_under_the_name_of_its_schedule(message: object, name: str) -> None:
    assert name_of(message) == name  # type: ignore[arg-type]
