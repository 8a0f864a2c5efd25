"""Storage of a small real system: told, cleaned, compacted, held back; the audit stays green."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from audit_shell import Shell
from audit_world import PAPERS, Parts, World, delivery
from audit_world import world as world_on
from buses import connected, until, working
from cli.operate import handlers
from cli.operate.noting import read
from cli.storage import sample, sweeping
from cli.storage.archiving import archive
from cli.storage.gauges import StoragePart
from common import objects
from common.archive import Archived
from common.chores import StorageRequested
from common.jobs import Job
from common.jobs import key_of as job_key
from common.kv import key
from common.objectlist import listed
from common.rights import rights_of
from common.runtime import Runtime
from common.settings import ObjectsSettings
from common.topology import OPERATOR
from common.watches import record_key
from servers import Nats

pytestmark = [pytest.mark.connected, pytest.mark.timeout(300)]

LATER = datetime.now(UTC) + timedelta(days=400)
AGO = (datetime.now(UTC) - timedelta(days=10)).isoformat().replace("+00:00", "Z")


async def answer(shell: Shell, *words: str) -> Any:
    """What a command about storage says to programs."""
    return json.loads(await shell("storage", *words, "--json"))


async def test_a_small_system(
    nats: Nats, s3: ObjectsSettings, vectors: str, tmp_path: Path
) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "gateway.log").write_bytes(b"said\n" * 400_000)
    async with world_on(nats.url, s3, vectors) as world:
        volumes = {"DATA_DIR": str(tmp_path), "CENSUS_VOLUMES": f"data={tmp_path}"}
        shell = Shell(world, tmp_path, **volumes)
        await plant(world.runtime)
        await analyzed(shell)
        await cleaned(shell)
        await optimized(shell)
        await held(shell)
        await by_the_worker(nats, world, tmp_path)
        await archived(shell, world)
        assert (await world.audit()).is_clean
        await swept(world)


async def plant(runtime: Runtime) -> None:
    """What time leaves behind; most of it is old only when it is looked at from later."""
    operations, leases = runtime.kv("operations"), runtime.kv("leases")
    await operations.put(key("doctor", AGO), b"{}")
    await leases.put("lease", b"x")
    await leases.delete("lease")
    ended = Job(id="j1", kind="fetch", state="ok", created=AGO, ended=AGO)
    await runtime.kv("jobs").put(job_key("j1"), msgspec.json.encode(ended))
    await sample.keep(operations, sample.Sample(at=AGO, sizes={"bus": {"PAPERS": 10}}))


async def analyzed(shell: Shell) -> None:
    """Every store is told, and growth since the sample of ten days ago."""
    found = await answer(shell, "analyze", "--keep")
    held_by = {(one["store"], one["name"]): one for one in found["holdings"]}
    assert held_by["bus", "PAPERS"]["size_bytes"] > 10
    assert held_by["objects", "pdf/"]["count"] == 4
    assert held_by["index", "papers__tiny__4__v1"]["note"].startswith("serves papers")
    assert held_by["local", "logs/"]["count"] == 1
    assert (found["papers"], found["compared_with"]) == (4, AGO)
    growth = {one["about"]: one for one in found["growth"]}
    assert growth["PAPERS"]["bytes_per_day"] > 0
    assert growth["PAPERS"]["days_left"] > 1
    text = await shell("storage", "analyze")
    assert "PAPERS" in text
    assert "growth since" in text


async def cleaned(shell: Shell) -> None:
    """Nothing is past its time but a job, which the gateway is asked to forget."""
    found = await answer(shell, "cleanup")
    pieces = {one["name"]: one for one in found["pieces"]}
    assert found["dry_run"] is True
    assert {name: one["count"] for name, one in pieces.items()} == {
        **dict.fromkeys(("logs", "records", "deliveries", "orphans", "superseded-pdfs"), 0),
        "jobs": 1,
    }
    assert pieces["superseded-pdfs"]["state"] == "stays"
    done = await answer(shell, "cleanup", "--yes", "--class", "jobs", "--class", "orphans")
    assert [one["state"] for one in done["pieces"]] == ["asked", "removed"]


async def optimized(shell: Shell) -> None:
    """The index is asked, the log is compressed; the marks are too young."""
    dry = await answer(shell, "optimize")
    assert (shell.folder / "logs" / "gateway.log").stat().st_size == 2_000_000
    done = await answer(shell, "optimize", "--yes")
    counts = {one["name"]: one["count"] for one in done["pieces"]}
    assert counts == {"buckets": 0, "index": 2, "logs": 1}
    assert counts == {one["name"]: one["count"] for one in dry["pieces"]}
    assert (shell.folder / "logs" / "gateway.log").stat().st_size == 0
    assert done["size_bytes"] > 1_900_000


async def held(shell: Shell) -> None:
    """Emergency mode by hand."""
    on = await answer(shell, "emergency", "on", "--why", "the disk is slow")
    assert (on["on"], len(on["held"])) == (True, 3)
    assert "the disk is slow" in (await shell("storage", "emergency", "status"))
    off = await answer(shell, "emergency", "off")
    assert (off["on"], off.get("held")) == (False, None)


async def archived(shell: Shell, world: World) -> None:
    """Old PDFs go into a bucket of their own, and everybody reads them as before."""
    assert "S3_ARCHIVE_BUCKET" in await shell("storage", "archive", "--yes", code=2)
    name = f"{world.settings.objects.s3_bucket[:50]}-old"
    chosen = msgspec.structs.replace(world.settings.objects, s3_archive_bucket=name)
    world.settings = msgspec.structs.replace(world.settings, objects=chosen)
    world.store = store = objects.connect(chosen)
    assert isinstance(store, Archived)
    shell.env["S3_ARCHIVE_BUCKET"] = name
    before = await store.sizes("")
    assert (await answer(shell, "archive"))["pieces"][0]["count"] == 0, "they are all of today"
    later_s, told = LATER.timestamp(), list[str]()
    dry = await archive(world.settings, acts=False, now_s=later_s, say=told.append)
    assert (dry.state, dry.count, told) == ("would go", 4, [])
    assert await store.archive.find(next(key for key in before if "pdf/" in key)) is None
    done = await archive(world.settings, acts=True, now_s=later_s, say=told.append)
    assert (done.state, done.count, done.size_bytes) == ("moved", 4, dry.size_bytes)
    assert told == ["4 of 4 moved"]
    assert not [key for key in await store.here.sizes("") if key.startswith("pdf/")]
    assert await store.sizes("") == before
    assert {one.key: one.size_bytes for one in await listed(store, "")} == before
    again = await archive(world.settings, acts=True, now_s=later_s, say=told.append)
    assert again.count == 0


async def by_the_worker(nats: Nats, world: World, folder: Path) -> None:
    """The worker notes what is stored when it is asked, and watches the disk."""
    runtime, settings = world.runtime, world.settings
    kv = runtime.kv(sample.BUCKET)
    for one in await sample.read_all(kv):
        if one.at != AGO:  # of today, or of yesterday when it was kept before midnight
            await kv.delete(key(sample.STORAGE, one.at[:10]))
    before = await read(kv, "storage")
    async with connected(nats) as own, working(nats, handlers.table(own, settings)):
        await runtime.bus.request(StorageRequested())

        async def noted() -> bool:
            return (await read(kv, "storage")).good > before.good

        await until(noted, "the sample of the schedule", seconds=60)
    assert len(await sample.read_all(kv)) == 2
    newest = await sample.newest(runtime.js)
    assert newest is not None
    assert newest.at > AGO
    census = msgspec.structs.replace(settings.census, census_volumes=f"data={folder}")
    full = msgspec.structs.replace(
        settings.storage, storage_emergency_at_ratio=0.51, storage_emergency_clear_ratio=0.5
    )
    part = StoragePart(runtime, msgspec.structs.replace(settings, census=census, storage=full))
    found = await part.look()
    assert found["storage_bytes"]["objects", "pdf/"] > 0
    assert found["emergency_mode"] == {(): 0}  # a person said off, or the disk has room


async def swept(world: World) -> None:
    """From later on much is past its time; what was written anew since the look stays."""
    js, told = world.runtime.js, world.runtime.kv("deliveries")
    assert await sweeping.find(js, sweeping.deliveries(365), datetime.now(UTC)) == []
    of_one = record_key("w", PAPERS[0], "summary")
    found = await sweeping.find(js, sweeping.deliveries(365), LATER)
    waiting = delivery(Parts(PAPERS[0]), state="waiting")
    await told.put(of_one, msgspec.json.encode(waiting))
    gone = await sweeping.take_out(js, found)
    assert len(gone) == len(found) - 1
    assert [name for name in await told.keys("told.") if name == of_one] == [of_one]
    assert await sweeping.find(js, sweeping.deliveries(365), LATER) == []  # it has not ended

    marks = await sweeping.find(js, sweeping.marks(), LATER)
    assert "KV_leases" in {old.stream for old in marks}
    await world.runtime.kv("leases").put("lease", b"anew")
    assert "KV_leases" not in {old.stream for old in await sweeping.take_out(js, marks)}
    assert await world.runtime.kv("leases").get("lease") is not None
    records = await sweeping.find(js, sweeping.records(90), LATER)
    assert len(await sweeping.take_out(js, records)) == 1
    assert "$JS.API.STREAM.PURGE.KV_deliveries" in rights_of(OPERATOR).publish
