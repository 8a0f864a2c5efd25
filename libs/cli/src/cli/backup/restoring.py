"""Puts a backup back: bodies and index first, then the streams, the log as the last of them."""

from pathlib import Path
from typing import NamedTuple

from cli.backup import bodies, order
from cli.backup.archive import Archive
from cli.backup.bodies import Copier, Say
from cli.backup.manifest import Listed, Manifest, StreamPart
from cli.settings import Settings
from common import floors, objects, provision, snapshots, topology
from common.errors import Unavailable, UsageError
from common.runtime import Runtime

TRIES = 3


class Restored(NamedTuple):
    """What came back."""

    streams: int
    messages: int
    torn: int
    """Messages of a batch that the cut went through."""
    objects: int
    """Bodies that the store lacked and the backup had."""
    objects_missing: tuple[str, ...]
    """Keys that are neither in the store nor in the backup."""
    collections: int
    """Collections."""


async def refuse(runtime: Runtime, *, overwrite: bool) -> None:
    """Raises UsageError where services work, or where something would be overwritten."""
    if taking := await floors.takers(runtime.nc):
        words = f"services are at work (as {taking[0]}); stop them all first"
        raise UsageError("restore", words)
    if overwrite:
        return
    if held := await holds(runtime):
        words = f"there are {held} messages in {' and '.join(order.HELD)}; "
        raise UsageError("restore", words + "name an empty system, or overwrite it by --overwrite")


async def holds(runtime: Runtime) -> int:
    """How much there is that a restore would overwrite; 0 for an empty system."""
    counts = [await snapshots.held(runtime.nc, name) for name in order.HELD]
    return sum(count or 0 for count in counts)


class Restoring:
    """One backup on its way back; the same again goes on where it was cut off."""

    def __init__(self, runtime: Runtime, settings: Settings, archive: Archive, say: Say) -> None:
        self._runtime = runtime
        self._settings = settings
        self._archive = archive
        self._say = say

    async def put_back(self, manifest: Manifest, *, with_index: bool = True) -> Restored:
        """Everything. Raises Unavailable, Terminal, UsageError."""
        added, missing = await self._objects(manifest)
        collections = await self.index(manifest) if with_index else 0
        torn = await self.streams(manifest)
        return Restored(
            streams=len(manifest.streams),
            messages=manifest.messages - torn,
            torn=torn,
            objects=added,
            objects_missing=missing,
            collections=collections,
        )

    async def streams(self, manifest: Manifest) -> int:
        """Streams, buckets and durables; how many messages were a torn batch."""
        nc = self._runtime.nc
        parts = {stream.name: stream for stream in manifest.streams}
        known = [name for name in order.restoring() if name in parts]
        for name in reversed(known):  # the log goes first and comes last
            await snapshots.remove(nc, name)
        for name in known:
            await self._stream(parts[name])
        await provision.apply(nc, replicas=self._settings.cli.nats_replicas)
        torn = await snapshots.drop_torn_batch(nc, topology.PAPERS)
        for floor in manifest.floors:
            if floor.stream != topology.REQUESTS:  # what is done is not in a work queue
                await floors.set_floor(nc, floor)
        return torn

    async def _stream(self, stream: StreamPart) -> None:
        self._say(f"restoring {stream.name}: {stream.cut.messages} messages")
        path = await self._archive.fetch(stream.part)
        for left in range(TRIES - 1, -1, -1):
            try:
                await self._give(stream, path)
                break
            except Unavailable:
                if not left:
                    raise
                await snapshots.remove(self._runtime.nc, stream.name)
        path.unlink()

    async def _give(self, stream: StreamPart, path: Path) -> None:
        replicas = self._settings.cli.nats_replicas
        await snapshots.restore(self._runtime.nc, stream.cut, path, replicas=replicas)

    async def _objects(self, manifest: Manifest) -> tuple[int, tuple[str, ...]]:
        store = objects.connect(self._settings.objects)
        await store.ensure_bucket()
        wanted = await self.objects(manifest)
        if manifest.objects.included:
            self._say(f"giving back what the store lacks of {len(wanted)} objects")
            copier = Copier(store, self._archive, self._say)
            added = await copier.give_back(wanted)
            return added, tuple(sorted(copier.problems))
        sizes = await store.sizes("")
        return 0, tuple(sorted(key for key in wanted if key not in sizes))

    async def objects(self, manifest: Manifest) -> dict[str, Listed]:
        """The list of objects of a backup."""
        path = await self._archive.fetch(manifest.objects.part)
        found = bodies.read_list(path)
        path.unlink()
        return found

    async def index(self, manifest: Manifest) -> int:
        """Every collection of the index; how many those were."""
        from cli.backup import index  # late: an HTTP client costs half a second to import

        async with index.connect(self._settings.vectors) as there:
            for one in manifest.index:
                self._say(f"restoring the index {one.collection}")
                path = await self._archive.fetch(one.part)
                await there.restore(one.collection, path, one.aliases)
                path.unlink()
        return len(manifest.index)
