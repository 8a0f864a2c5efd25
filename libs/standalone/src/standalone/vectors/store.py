"""All collections of a data folder, and the changes that are made to them."""

import asyncio
import fcntl
import shutil
import uuid
from pathlib import Path
from typing import Any

import qdrant_edge as engine

from standalone.vectors.catalog import AliasAction, Catalog, Entry, changed_aliases, load_catalog
from standalone.vectors.changes import changed
from standalone.vectors.collection import Collection, open_shard
from standalone.vectors.config import CollectionConfig, engine_config
from standalone.vectors.durable import sync_path
from standalone.vectors.errors import engine_call


class FolderInUseError(Exception):
    """Another server has this data folder open."""


class Store:
    """The data folder of one server; at most one server has it open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shards_folder = folder / "shards"
        self.shards_folder.mkdir(parents=True, exist_ok=True)
        self._lock = (folder / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FolderInUseError(f"{folder} is in use by another server") from error
        self._catalog_file = folder / "catalog.json"
        self.catalog = Catalog()
        self.collections: dict[str, Collection] = {}

    def open(self) -> None:
        """Remove what a crash left half made, and open every collection. Raises RequestError."""
        self.catalog = load_catalog(self._catalog_file)
        used = {entry.folder for entry in self.catalog.collections.values()}
        for path in self.shards_folder.iterdir():
            if path.name in used:
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()
        for name, entry in self.catalog.collections.items():
            path = self.shards_folder / entry.folder
            self.collections[name] = Collection(path, open_shard(path), entry.config)

    def close(self) -> None:
        """Flush and close everything."""
        for collection in self.collections.values():
            collection.close()
        self.collections.clear()
        self._lock.close()

    def get(self, name: str) -> Collection:
        """The collection of a name or alias. Raises RequestError."""
        return self.collections[self.catalog.resolve(name)]

    def entry(self, name: str) -> Entry:
        """What the catalogue says of a name or alias. Raises RequestError."""
        return self.catalog.collections[self.catalog.resolve(name)]

    def save(self) -> None:
        """Put the catalogue on the disk."""
        self.catalog.save(self._catalog_file)

    def new_folder(self) -> Path:
        """A folder for a shard; it belongs to nobody until an entry of the catalogue names it."""
        # Never a name used before: a child of a server that died may still write to its own.
        return self.shards_folder / uuid.uuid4().hex

    def create(self, name: str, config: CollectionConfig) -> None:
        """Make an empty collection. Raises RequestError."""
        self.catalog.check_new(name)
        with engine_call:
            wanted = engine_config(config)
            path = self.new_folder()
            path.mkdir()
            shard = engine.EdgeShard.create(str(path), wanted)
            shard.flush()
        self.adopt(name, path, shard, Entry(path.name, config))

    def adopt(self, name: str, path: Path, shard: Any, entry: Entry) -> Collection | None:
        """Serve a shard under a name; returns the collection that had the name before."""
        sync_path(self.shards_folder)
        before = self.collections.get(name)
        self.catalog.collections[name] = entry
        self.save()
        self.collections[name] = Collection(path, shard, entry.config)
        return before

    def move(self, name: str, folder: str) -> None:
        """Name another folder for a collection's shard. Raises OSError, and then it stays."""
        entry = self.catalog.collections[name]
        before, entry.folder = entry.folder, folder
        try:
            self.save()
        except OSError:
            entry.folder = before
            raise

    async def delete(self, name: str) -> bool:
        """Remove a collection and its aliases; False when there was none."""
        if name not in self.collections:
            return False
        collection = self.collections.pop(name)
        del self.catalog.collections[name]
        aliases = self.catalog.aliases.items()
        self.catalog.aliases = {alias: target for alias, target in aliases if target != name}
        self.save()
        await discard(collection)
        return True

    def reconfigure(self, name: str, changes: dict[str, Any]) -> None:
        """Merge changes into a collection's configuration. Raises RequestError."""
        entry = self.entry(name)
        config = changed(entry.config, changes)
        with engine_call:
            engine_config(config)
        entry.config = config
        self.save()
        self.get(name).configure(config)

    def change_aliases(self, actions: list[AliasAction]) -> None:
        """Make all changes or none. Raises RequestError."""
        before = self.catalog.aliases
        self.catalog.aliases = changed_aliases(self.catalog, actions)
        try:
            self.save()
        except OSError:
            self.catalog.aliases = before
            raise


async def discard(collection: Collection) -> None:
    """Close a collection that nothing names any more, and remove its files."""
    async with collection.writing:
        collection.shard.close()
    await asyncio.to_thread(shutil.rmtree, collection.path, ignore_errors=True)
