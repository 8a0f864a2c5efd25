"""A backup made while papers are worked on brings everything back where nothing is left."""

import asyncio
import time
from pathlib import Path

import msgspec
import pytest

from cli.audit.command import look
from cli.audit.options import Options
from cli.backup import runs
from cli.backup.making import Wanted
from cli.backup.record import BUCKET, Record, newest_good
from cli.backup.runs import Chosen
from cli.backup.settings import BackupSettings
from cli.migrate.running import run
from cli.migrate.steps import Steps, Work
from cli.settings import CliSettings, Settings
from common import floors, stateversion, topology
from common.errors import Terminal, UsageError
from common.runtime import Runtime, connect
from common.settings import (
    BusSettings,
    EmbedSettings,
    ObjectsSettings,
    RuntimeSettings,
    VectorsSettings,
)
from common.vectors.straight import ByHttp
from servers import Nats, nats_server, vectors_server
from small_system import System, name_of, small_system

pytestmark = [pytest.mark.connected, pytest.mark.timeout(300)]

FIRST, MORE = range(3), range(3, 9)


def said(_: str) -> None:
    """Nobody listens."""


def settings_of(nats: Nats, s3: ObjectsSettings, vectors: str, target: Path) -> Settings:
    return Settings(
        bus=BusSettings(nats_url=nats.url),
        runtime=RuntimeSettings(),
        objects=s3,
        vectors=VectorsSettings(qdrant_url=vectors),
        embed=EmbedSettings(),
        cli=CliSettings(),
        backup=BackupSettings(backup_target=str(target)),
    )


async def made_under_load(system: System, settings: Settings) -> Record:
    """The backup that a schedule asks for, while papers are on all their ways through the chain."""
    await system.announce(*FIRST)
    await system.until_ready(*FIRST)

    system.fetching.clear()
    await system.announce(*MORE)
    asyncio.get_running_loop().call_soon(system.fetching.set)
    await runs.as_asked(system.runtime, settings, with_objects=True)
    record = await newest_good(system.runtime.kv(BUCKET))
    assert record is not None
    return record


async def papers_of(runtime: Runtime) -> list[int]:
    """The papers that the restored log knows."""
    return [
        number
        for number in (*FIRST, *MORE)
        if await runtime.ledger.read(name_of(number), "fetcher") is not None
    ]


async def refused(settings: Settings, words: str, chosen: Chosen) -> None:
    with pytest.raises(UsageError, match=words):
        await runs.restore(settings, "latest", chosen, said)


async def test_what_is_lost_with_all_servers_comes_back(
    tmp_path: Path, nats: Nats, s3: ObjectsSettings
) -> None:
    target = tmp_path / "target"
    async with small_system(nats, s3, tmp_path / "old") as system:
        settings = settings_of(nats, s3, system_url(system), target)
        record = await made_under_load(system, settings)
        assert (record.state, record.objects_included, record.index_included) == ("ok", True, True)
        await refused(settings, "services are at work", Chosen(overwrite=True))
        with pytest.raises(UsageError, match="services are at work"):
            await run(system.runtime, settings, sample_steps([]), said, dry_run=False)
    nats.kill()
    everything_new = msgspec.structs.replace(s3, s3_bucket=f"{s3.s3_bucket}-new")
    await verified(settings, record)
    with nats_server(tmp_path / "new", durable=False) as fresh:
        with vectors_server(tmp_path / "again" / "vectors") as vectors:
            there = settings_of(fresh, everything_new, vectors, target)
            known = await restored(there)
            await migrated(there)
        async with small_system(fresh, everything_new, tmp_path / "again") as system:
            await system.until_ready(*known)
            searched = {hit for hits in await system.searched() for hit, *_ in hits}
            assert {name_of(number) for number in known} <= searched
            there = settings_of(fresh, everything_new, system_url(system), target)
            await until_clean(system.runtime, there)


def system_url(system: System) -> str:
    """Where its vector server is."""
    assert isinstance(system.vectors._ask, ByHttp)
    return system.vectors._ask._url


async def verified(settings: Settings, record: Record) -> None:
    """What the backup says is checked on a scratch system, with no server of ours up."""
    manifest, found = await asyncio.to_thread(runs.verify, settings, "latest", said)
    assert manifest.id == record.id
    assert found.is_green, found.verdict
    assert not found.without_index
    assert found.verdict.ready >= len(FIRST)
    assert found.verdict.bodies_read > 0


async def restored(there: Settings) -> list[int]:
    """Into nothing; then over what is there, which is kept. The papers that came back."""
    back = await runs.restore(there, "latest", Chosen(), said)
    assert back.examined.is_green, back.examined.verdict
    assert (back.before, back.restored.collections) == ("", 2)
    assert back.restored.objects_missing == ()
    assert back.restored.objects == back.manifest.objects.count
    async with connect("test", there) as runtime:
        now = {floor.durable: floor.seq for floor in await floors.floors(runtime.nc)}
        for floor in back.manifest.floors:
            if floor.stream == topology.PAPERS:
                assert now[floor.durable] == floor.seq
        known = await papers_of(runtime)
    assert known == [*FIRST, *MORE]
    await refused(there, "--overwrite", Chosen())
    chosen = Chosen(overwrite=True, with_index=False)
    over = await runs.restore(there, back.manifest.id, chosen, said)
    assert over.before > back.manifest.id
    assert over.examined.is_green, over.examined.verdict
    return known


def sample_steps(done: list[bool]) -> Steps:
    """One step, which notes how it was done."""
    steps = Steps()

    @steps.step(stateversion.FIRST + 1, "a sample")
    async def sample(work: Work) -> int:
        done.append(work.dry_run)
        return 3

    return steps


async def migrated(there: Settings) -> None:
    """A step is done once, after a backup; services that need another version wait, and say so."""
    done: list[bool] = []
    steps = sample_steps(done)
    reported: list[str] = []

    async def pause(_: float) -> None:
        await stateversion.write(runtime.js, stateversion.FIRST)

    async with connect("test", there) as runtime:
        dry = await run(runtime, there, steps, said, dry_run=True)
        assert (dry.now, dry.backup, done) == (stateversion.FIRST, "", [True])
        in_bucket = BackupSettings(backup_target=f"s3://{there.objects.s3_bucket}-kept/a/b")
        there = msgspec.structs.replace(there, backup=in_bucket)
        real = await run(runtime, there, steps, said, dry_run=False)
        assert (real.now, real.steps, done) == (2, ((2, "a sample", 3),), [True, False])
        async with runs.archive_of(there) as archive:
            assert await archive.ids() == [real.backup]
            assert (await archive.read("latest")).index == ()
        again = await run(runtime, there, steps, said, dry_run=False)
        assert (again.steps, again.backup) == ((), "")
        with pytest.raises(UsageError, match="newer software"):
            await run(runtime, there, Steps(), said, dry_run=False)
        await stateversion.matched(runtime, reported.append, pause)
        assert len(reported) == 1
        assert "newer software" in reported[0]
        await runtime.kv(BUCKET).put(stateversion.KEY, b"{")
        with pytest.raises(Terminal, match=r"state\.version"):
            await stateversion.read(runtime.js)
        await stateversion.write(runtime.js, stateversion.FIRST)


async def until_clean(runtime: Runtime, settings: Settings) -> None:
    """The audit of the system at work is green, as soon as it has settled all."""
    found: set[str] = set()
    until_s = time.monotonic() + 60
    while time.monotonic() < until_s:
        verdict = await look(runtime, settings, Options(quiescence_s=3600.0))
        every = (*verdict.unexplained, *verdict.doubled)
        # The fetcher of the small system keeps PDFs that it does not name.
        found = {one.words for one in every if not one.about.startswith("pdf/")}
        if not found:
            return
    raise AssertionError(found)


async def test_a_backup_that_fails_is_told(tmp_path: Path, nats: Nats, s3: ObjectsSettings) -> None:
    nowhere = settings_of(nats, s3, "http://127.0.0.1:9", tmp_path / "target")
    async with connect("test", nowhere) as runtime:
        with pytest.raises(Terminal, match="bucket"):
            await runs.create(runtime, nowhere, Wanted(), said)
        items = await runtime.kv(BUCKET).items("backup.")
        (told,) = [msgspec.json.decode(entry.value, type=Record) for _, entry in items]
        assert (told.state, "bucket" in told.verdict) == ("failed", True)
        assert await newest_good(runtime.kv(BUCKET)) is None
