"""What is examined after a restore: a real system, or a scratch one with the backup's own list."""

import random
from collections.abc import AsyncIterator, Iterable

from cli.audit.store import PREFIXES
from cli.backup.archive import Archive
from cli.backup.examining import Body, Examined, Sources, examine
from cli.backup.manifest import Listed, Manifest
from cli.settings import Settings
from common import objectlist, objects
from common.errors import Terminal
from common.ids import parse_time
from common.runtime import Runtime
from common.vectors.census import census

BODIES = 1000
"""So many bodies are read and hashed, chosen by chance."""


async def of_system(
    runtime: Runtime, settings: Settings, manifest: Manifest, *, index: bool
) -> Examined:
    """The system itself, as it was restored. Raises Unavailable, Terminal."""
    store = objects.connect(settings.objects)
    there = await objectlist.listed(store, "")

    async def read() -> AsyncIterator[Body]:
        for key in _some(one.key for one in there):
            yield key, await store.find(key)

    sources = Sources(
        objects=there,
        bodies=read(),
        census=(lambda alias: census(settings.vectors, alias)) if index else None,
    )
    return await examine(runtime, parse_time(manifest.cut).timestamp(), sources)


async def of_backup(
    runtime: Runtime,
    settings: Settings,
    manifest: Manifest,
    *,
    archive: Archive,
    listed: dict[str, Listed],
) -> Examined:
    """A scratch system with the bus and the index; of objects the list and the pool of bodies."""
    pool = await archive.pool() if manifest.objects.included else {}

    async def read() -> AsyncIterator[Body]:
        for key in _some(listed) if pool else ():
            name = pool.get(listed[key].sha256)
            try:
                body = None if name is None else await archive.body(name)
            except Terminal:
                body = b""  # damaged: what is read is not what it should be
            yield key, body

    there = (objectlist.Listed(one.key, one.size_bytes, one.changed_s) for one in listed.values())
    sources = Sources(
        objects=there,
        bodies=read(),
        census=(lambda alias: census(settings.vectors, alias)) if manifest.index else None,
    )
    return await examine(runtime, parse_time(manifest.cut).timestamp(), sources)


def _some(keys: Iterable[str]) -> list[str]:
    """Some keys by chance, of the kinds that facts name."""
    known = [key for key in keys if key.startswith(PREFIXES)]
    return random.sample(known, BODIES) if len(known) > BODIES else known
