"""The whole of each command: made, told, verified, put back, pruned."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from cli.backup import configuration, pruning, record, scratch
from cli.backup.archive import Archive, staged
from cli.backup.bodies import Say
from cli.backup.making import Making, Wanted
from cli.backup.manifest import Manifest
from cli.backup.record import Record
from cli.backup.restoring import Restored, Restoring, holds, refuse
from cli.backup.targets import target_of
from cli.settings import Settings
from common.errors import ServiceError, Unavailable
from common.ids import now
from common.runtime import Runtime, connect

if TYPE_CHECKING:
    from cli.backup.examining import Examined


class Back(NamedTuple):
    """What a restore did, and what the checks say of it."""

    manifest: Manifest
    before: str
    """The backup made of what was there; empty where nothing was."""
    restored: Restored
    examined: "Examined"
    feeds: tuple[str, ...]
    """Feeds that were written."""


@asynccontextmanager
async def archive_of(settings: Settings) -> AsyncIterator[Archive]:
    """The backups of the target that the settings name. Raises UsageError."""
    chosen = settings.backup
    with staged() as folder:
        yield Archive(
            target_of(chosen, settings.objects),
            folder,
            recipient=chosen.backup_recipient,
            identity=chosen.backup_identity_file,
        )


async def create(runtime: Runtime, settings: Settings, wanted: Wanted, say: Say) -> Record:
    """Make a backup, read it back and tell of it. Raises what kept it from being made."""
    started = now()
    try:
        async with archive_of(settings) as archive:
            making = Making(runtime, settings, archive, say)
            manifest = await making.make(wanted)
            await archive.check(manifest, say)
            made = record.record_of(manifest, archive.target.shown)
    except ServiceError as error:
        target = settings.backup.backup_target
        lost = record.failed(started, now(), target=target, why=str(error))
        await record.write(runtime.kv(record.BUCKET), lost)
        raise
    await record.write(runtime.kv(record.BUCKET), made)
    return made


async def as_asked(runtime: Runtime, settings: Settings, *, with_objects: bool) -> None:
    """What a schedule asks for: a backup, and that old ones go."""
    await create(runtime, settings, Wanted(objects=with_objects), lambda _: None)
    async with archive_of(settings) as archive:
        found = await pruning.plan(archive, time.time(), settings.backup.backup_keep_days)
        await pruning.prune(archive, found)
    await record.forget(runtime.kv(record.BUCKET), set(found.backups))


def verify(settings: Settings, ident: str, say: Say) -> tuple[Manifest, "Examined"]:
    """Restore a backup into a scratch system and examine that. Raises Terminal, UsageError."""
    manifest = asyncio.run(_whole(settings, ident, say))
    with scratch.scratch(settings, index=bool(manifest.index)) as there:
        return asyncio.run(_verified(there, manifest, say))


async def about(settings: Settings, ident: str) -> Manifest:
    """What a backup says about itself. Raises UsageError for one that is not there."""
    async with archive_of(settings) as archive:
        return await archive.read(ident)


async def _whole(settings: Settings, ident: str, say: Say) -> Manifest:
    async with archive_of(settings) as archive:
        manifest = await archive.read(ident)
        await archive.check(manifest, say)
        return manifest


async def _verified(
    settings: Settings, manifest: Manifest, say: Say
) -> tuple[Manifest, "Examined"]:
    from cli.backup import checking  # late: its clients cost seconds to import

    async with archive_of(settings) as archive, connect("backup", settings) as runtime:
        restoring = Restoring(runtime, settings, archive, say)
        await restoring.streams(manifest)
        await restoring.index(manifest)
        say("running the checks of the audit")
        listed = await restoring.objects(manifest)
        examined = await checking.of_backup(
            runtime, settings, manifest, archive=archive, listed=listed
        )
        return manifest, examined


async def forget(settings: Settings, idents: set[str]) -> None:
    """Let the system, if it is there, tell no more of backups that are gone."""
    try:
        async with connect("backup", settings) as runtime:
            await record.forget(runtime.kv(record.BUCKET), idents)
    except Unavailable:
        return  # backups can be pruned where the system itself is not


async def note_verified(settings: Settings, ident: str) -> None:
    """Tell the system, if it is there, that a backup was restored without a finding."""
    try:
        async with connect("backup", settings) as runtime:
            await record.note_verified(runtime.kv(record.BUCKET), ident, now())
    except Unavailable:
        return  # a backup can be verified where the system itself is not


class Chosen(NamedTuple):
    """How a restore is to be done."""

    overwrite: bool = False
    with_index: bool = True
    feeds_to: Path | None = None
    """Where the feeds of the backup are written, if anywhere."""


async def restore(settings: Settings, ident: str, chosen: Chosen, say: Say) -> Back:
    """Put a backup back and examine the system. Raises UsageError, Unavailable, Terminal."""
    from cli.backup import checking  # late: its clients cost seconds to import

    async with archive_of(settings) as archive, connect("backup", settings) as runtime:
        manifest = await archive.read(ident)
        await refuse(runtime, overwrite=chosen.overwrite)
        restoring = Restoring(runtime, settings, archive, say)
        await archive.check(manifest, say)
        before = ""
        if await holds(runtime):
            before = await _kept(runtime, settings, chosen, say)
        restored = await restoring.put_back(manifest, with_index=chosen.with_index)
        say("running the checks of the audit")
        with_index = chosen.with_index and bool(manifest.index)
        examined = await checking.of_system(runtime, settings, manifest, index=with_index)
        feeds = await _feeds(archive, manifest, chosen.feeds_to) if chosen.feeds_to else ()
        return Back(manifest, before, restored, examined, feeds)


async def _feeds(archive: Archive, manifest: Manifest, into: Path) -> tuple[str, ...]:
    path = await archive.fetch(manifest.config)
    return tuple(configuration.write_feeds(configuration.decode(path.read_bytes()), into))


async def _kept(runtime: Runtime, settings: Settings, chosen: Chosen, say: Say) -> str:
    """What is there is not thrown away: it is a backup itself before it is overwritten."""
    say("keeping what is there")
    wanted = Wanted(objects=True, with_index=chosen.with_index, note="before a restore")
    return (await create(runtime, settings, wanted, say)).id


def with_target(settings: Settings, *, target: str, identity: Path | None) -> Settings:
    """The settings with what the command line says about the backups."""
    chosen = settings.backup
    if target:
        chosen = msgspec.structs.replace(chosen, backup_target=target)
    if identity is not None:
        chosen = msgspec.structs.replace(chosen, backup_identity_file=str(identity))
    return msgspec.structs.replace(settings, backup=chosen)
