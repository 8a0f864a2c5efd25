"""Reports and maintenance on a small real system: made, kept, shown, mailed, told at their time."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from audit_shell import Shell
from audit_world import World
from audit_world import world as world_on
from buses import connected, until, working
from cli.maintenance import planning
from cli.maintenance.window import Window
from cli.operate import handlers
from cli.operate.noting import read
from cli.report import kept
from cli.report.figures import Report
from cli.report.reading import place_before
from common import topology
from common.chores import MailRequested, ReportRequested
from common.errors import UsageError
from common.ids import now
from common.schedules import keeping
from common.settings import ObjectsSettings
from common.stream import following_one
from servers import Nats

pytestmark = [pytest.mark.connected, pytest.mark.timeout(300)]


async def test_a_small_system(
    nats: Nats, s3: ObjectsSettings, vectors: str, tmp_path: Path
) -> None:
    async with world_on(nats.url, s3, vectors) as world:
        shell = Shell(world, tmp_path)
        await reported(shell, tmp_path)
        await by_the_worker(nats, world)
        await found_by_halving(world)
        await maintained(shell, world)
        assert (await world.audit()).is_clean


async def reported(shell: Shell, folder: Path) -> None:
    """Five papers of this month: four ready, one dead; kept in three formats, and shown again."""
    today = now()[:10]
    text = await shell("report", "monthly", "--day", today, "--format", "json")
    report = msgspec.json.decode(text, type=Report)
    figures, letters, stored = report.whole.now, report.letters, report.stored
    assert (figures.announced, figures.new, figures.ready, figures.dead) == (5, 5, 4, 1)
    assert figures.to_searchable is not None
    assert letters is not None
    assert letters.held == letters.buried == 2
    assert stored is not None
    assert (stored.papers, stored.sizes["objects"] > 0) == (4, True)
    page = folder / "page.html"
    await shell("report", "daily", "--day", today, "--out", str(page))
    assert "Dead letters" in page.read_text()
    names = [one["id"] for one in json.loads(await shell("report", "list", "--json"))]
    assert names == [f"daily-{today}", f"monthly-{today[:7]}-01"]
    assert await shell("report", "show", names[1], "--format", "json") == text
    assert names[0] in await shell("report", "list")
    assert "--day" in await shell("report", "daily", "--day", "soon", code=2)
    assert "--feed" in await shell("report", "daily", "--feed", "none", code=2)


async def by_the_worker(nats: Nats, world: World) -> None:
    """What a schedule asks is made, noted and mailed, with the page where the notifier finds it."""
    runtime = world.runtime
    async with connected(nats) as own, working(nats, handlers.table(own, world.settings)):
        await runtime.bus.request(ReportRequested(period="weekly"))

        async def noted() -> bool:
            return bool((await read(runtime.kv("operations"), "report-weekly")).good)

        await until(noted, "the report of the schedule", seconds=60)
    (mail,) = await mails(world)
    assert mail.name.startswith("report-weekly-")
    assert mail.html is not None
    assert b"Dead letters" in await world.store.get(mail.html)
    records = await kept.read_all(runtime.kv(kept.BUCKET))
    assert [one.period for one in records] == ["monthly", "daily", "weekly"]
    await kept.keep(runtime.kv(kept.BUCKET), world.store, records[2], 2)
    left = await kept.read_all(runtime.kv(kept.BUCKET))
    assert [one.period for one in left] == ["daily", "weekly"]


async def found_by_halving(world: World) -> None:
    """Every row since a moment, and none before it, whichever moment that is."""
    js, bus = world.runtime.js, world.runtime.bus
    assert await place_before(js, bus, "2020-01-01T00:00:00") == await bus.first_seq() - 1
    after = await place_before(js, bus, "2100-01-01T00:00:00")
    rows = [seq for seq in range(1, await bus.last_seq() + 1) if await is_row(world, seq)]
    assert after >= rows[-1]


async def is_row(world: World, seq: int) -> bool:
    fact = await world.runtime.bus.get(seq)
    return fact is not None and fact.subject.startswith(topology.LEDGER)


async def maintained(shell: Shell, world: World) -> None:
    """Told now where it is near, and by the bus itself at its time; called off before it begins."""
    start = (datetime.now(UTC) + timedelta(days=10)).isoformat(timespec="minutes")
    argv = ("maintenance", "plan", "--from", start, "--to", "4h", "--why", "a new disk")
    one = json.loads(await shell(*argv, "--json"))
    assert json.loads(await shell(*argv, "--json"))["id"] == one["id"]  # again changes nothing
    runtime = world.runtime
    waiting = [one.schedule for one in await keeping.read_all(runtime.js)]
    assert len([plan for plan in waiting if plan.cron.startswith("@at ")]) == 6
    assert "a new disk" in await shell("maintenance", "list")
    assert [plan["why"] for plan in json.loads(await shell("status", "--json"))["maintenance"]] == [
        "a new disk"
    ]
    await shell("maintenance", "cancel", one["id"])
    assert "no maintenance" in await shell("maintenance", "list")
    assert "WINDOW" in await shell("maintenance", "cancel", "none", code=2)
    assert len(await mails(world)) == 1  # nobody knew of it

    at = datetime.now(UTC).replace(microsecond=0)
    times = [(at + timedelta(seconds=s)).isoformat().replace("+00:00", "Z") for s in (0, 1, 2)]
    soon = Window(id="soon", planned=times[0], starts=times[1], ends=times[2], why="a test")
    await planning.plan(runtime, soon)

    async def told() -> bool:
        return len([one for one in await mails(world) if "maintenance" in one.name]) == 6

    await until(told, "notice, start and end, to both audiences", seconds=60)
    with pytest.raises(UsageError, match="begins then"):
        await planning.plan(runtime, msgspec.structs.replace(soon, why="another", planned=now()))
    with pytest.raises(UsageError, match="over already"):
        await planning.cancel(runtime, "soon", now())


async def mails(world: World) -> list[MailRequested]:
    """What the notifier was asked to mail; nobody takes it here."""
    js, found, after = world.runtime.js, [], 0
    while stored := await following_one(js, topology.REQUESTS, MailRequested.subject, after=after):
        found.append(msgspec.json.decode(stored.body, type=MailRequested))
        after = stored.seq
    return found
