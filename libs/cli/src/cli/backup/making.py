"""Makes a backup while the system works: all streams are cut first, then packed and kept."""

from pathlib import Path
from typing import NamedTuple

import msgspec

from cli.backup import bodies, configuration, order
from cli.backup.archive import Archive, discard
from cli.backup.bodies import Copier, Say
from cli.backup.manifest import IndexPart, Listed, Manifest, ObjectsPart, Part, StreamPart, stamp
from cli.settings import Settings
from common import floors, objects, snapshots, stateversion, topology
from common.errors import ServiceError
from common.ids import now
from common.objects import Objects
from common.runtime import Runtime
from common.snapshots import Cut
from common.version import VERSION


class Wanted(NamedTuple):
    """What a person or a schedule chose."""

    objects: bool = False
    """Whether the bodies are kept too, and not their list alone."""
    with_index: bool = True
    note: str = ""


class Making:
    """One backup on its way."""

    def __init__(self, runtime: Runtime, settings: Settings, archive: Archive, say: Say) -> None:
        self._runtime = runtime
        self._settings = settings
        self._archive = archive
        self._say = say

    async def make(self, wanted: Wanted) -> Manifest:
        """The finished backup. Raises Unavailable, Terminal; what was begun is no backup then."""
        await self._archive.target.prepare()
        started = now()
        ident = await self._free_id(started)
        state_version = await stateversion.read(self._runtime.js)
        standing = await floors.floors(self._runtime.nc)
        self._say("cutting the streams")
        cuts = {name: await self._cut(name) for name in order.cutting()}
        cut = now()
        # What belongs to the log follows at once: the later, the more of it is not in the log yet.
        store = objects.connect(self._settings.objects)
        there = await bodies.inventory(store, await self._known())
        saved = await self._save_index() if wanted.with_index else {}
        self._say("packing the streams")
        streams = [await self._stream(ident, *pair) for pair in cuts.items()]
        kept = await self._objects(ident, store, there, wanted)
        manifest = Manifest(
            id=ident,
            version=VERSION,
            state_version=state_version,
            started=started,
            cut=cut,
            ended=now(),
            note=wanted.note,
            recipient=self._archive.recipient,
            streams=tuple(streams),
            floors=tuple(standing),
            objects=kept,
            index=tuple([await self._collection(ident, *one) for one in saved.items()]),
            config=await self._config(ident),
        )
        await self._archive.write(manifest)
        return manifest

    async def _free_id(self, started: str) -> str:
        first = stamp(started)
        taken = await self._archive.ids()
        more = (f"{first}-{number}" for number in range(2, 100))
        return next(ident for ident in (first, *more) if ident not in taken)

    async def _cut(self, name: str) -> tuple[Path, Cut]:
        path = self._archive.staging / f"{name}.snapshot"
        return path, await snapshots.save(self._runtime.nc, name, path)

    async def _stream(self, ident: str, name: str, cut: tuple[Path, Cut]) -> StreamPart:
        path, about = cut
        part = await self._stored(f"{ident}/streams/{name}.snapshot", path)
        if name == topology.PAPERS:
            self._say(f"the log: {about.messages} messages, {part.size_bytes} bytes")
        return StreamPart(part=part, cut=about)

    async def _objects(
        self, ident: str, store: Objects, there: list[Listed], wanted: Wanted
    ) -> ObjectsPart:
        copier = Copier(store, self._archive, self._say)
        if wanted.objects:
            self._say(f"keeping the bodies of {len(there)} objects")
        added = await copier.keep(there) if wanted.objects else 0
        path = self._archive.new_file("objects")
        bodies.write_list(there, path)
        return ObjectsPart(
            part=await self._stored(f"{ident}/objects.jsonl", path),
            count=len(there),
            size_bytes=sum(one.size_bytes for one in there),
            digests=await self._digests(ident, there) if wanted.objects else None,
            added=added,
            missing=tuple(copier.problems),
        )

    async def _digests(self, ident: str, there: list[Listed]) -> Part:
        path = self._archive.new_file("digests")
        bodies.write_digests(there, path)
        return await self._stored(f"{ident}/objects.digests", path, is_open=True)

    async def _known(self) -> dict[str, Listed]:
        """What the newest backup knew; none where it cannot be read, then bodies are."""
        try:
            newest = await self._archive.read("latest")
            return bodies.read_list(await self._archive.fetch(newest.objects.part))
        except ServiceError:
            return {}

    async def _save_index(self) -> dict[str, tuple[Path, tuple[str, ...]]]:
        """Every collection that is in use: its snapshot, and the aliases that lead to it."""
        from cli.backup import index  # late: an HTTP client costs half a second to import

        found = {}
        async with index.connect(self._settings.vectors) as there:
            for name, aliases in sorted((await there.collections()).items()):
                self._say(f"saving the index {name}")
                path = self._archive.new_file("collection")
                await there.save(name, path)
                found[name] = (path, aliases)
        return found

    async def _collection(
        self, ident: str, name: str, saved: tuple[Path, tuple[str, ...]]
    ) -> IndexPart:
        path, aliases = saved
        part = await self._stored(f"{ident}/index/{name}.snapshot", path)
        return IndexPart(collection=name, aliases=aliases, part=part)

    async def _config(self, ident: str) -> Part:
        path = self._archive.new_file("config")
        feeds = Path(self._settings.backup.feeds_dir)
        found = configuration.read(self._settings, feeds)
        path.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1))
        return await self._stored(f"{ident}/config.json", path)

    async def _stored(self, name: str, path: Path, *, is_open: bool = False) -> Part:
        part = await self._archive.store(name, path, is_open=is_open)
        discard(path)
        return part
