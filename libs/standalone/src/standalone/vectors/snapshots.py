"""Snapshots of a collection: an archive of its shard and how it is configured."""

import asyncio
import hashlib
import shutil
import tarfile
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import msgspec
from msgspec import Struct

from standalone.vectors.catalog import Entry
from standalone.vectors.collection import Collection, open_shard
from standalone.vectors.durable import copy_tree, sync_path, sync_tree, write_sparse
from standalone.vectors.errors import RequestError, not_found, wrong_input
from standalone.vectors.store import Store, discard

_SUFFIX = ".snapshot"
_ENTRY = "collection.json"
_TIMEOUT_S = 60


class Recover(Struct):
    """Where a snapshot is, and its sha256."""

    location: str
    checksum: str | None = None


def folder_of(store: Store, name: str) -> Path:
    """Where the snapshots of a collection are."""
    return store.folder / "snapshots" / quote(name, safe="")


def find(store: Store, name: str, snapshot: str) -> Path:
    """The file of a snapshot. Raises RequestError."""
    folder = folder_of(store, store.catalog.resolve(name))
    path = folder / snapshot
    if path.parent != folder or not snapshot.endswith(_SUFFIX) or not path.is_file():
        raise not_found(f"Snapshot {snapshot} not found")
    return path


def listed(store: Store, name: str) -> list[dict[str, Any]]:
    """All snapshots of a collection. Raises RequestError."""
    folder = folder_of(store, store.catalog.resolve(name))
    return [_description(path) for path in sorted(folder.glob(f"*{_SUFFIX}"))]


def remove(store: Store, name: str, snapshot: str) -> bool:
    """Delete a snapshot. Raises RequestError."""
    path = find(store, name, snapshot)
    _checksum_file(path).unlink(missing_ok=True)
    path.unlink()
    return True


async def create(store: Store, name: str) -> dict[str, Any]:
    """Write a snapshot of what is stored now. Raises RequestError."""
    name = store.catalog.resolve(name)
    collection, entry = store.get(name), store.entry(name)
    now = datetime.now(UTC).strftime("%Y-%m-%d-%H-%M-%S-%f")
    path = folder_of(store, name) / f"{quote(name, safe='')}-{now}{_SUFFIX}"
    copy = store.new_folder()
    try:
        async with collection.writing:
            collection.flush()
            await asyncio.to_thread(copy_tree, collection.path, copy)
        (copy / _ENTRY).write_bytes(msgspec.json.encode(entry))
        return await asyncio.to_thread(_pack, copy, path)
    finally:
        shutil.rmtree(copy, ignore_errors=True)


async def recover(store: Store, name: str, body: Recover) -> bool:
    """Replace a collection by a snapshot, or make it anew. Raises RequestError."""
    name = store.catalog.aliases.get(name, name)
    if name not in store.collections:
        store.catalog.check_new(name)
    target = store.new_folder()
    try:
        entry = await asyncio.to_thread(_unpack, body, target)
        shard = open_shard(target)
    except (OSError, tarfile.TarError, msgspec.DecodeError, RequestError) as error:
        shutil.rmtree(target, ignore_errors=True)
        raise wrong_input(f"Cannot recover from {body.location}: {error}") from error
    entry.folder = target.name
    before: Collection | None = store.adopt(name, target, shard, entry)
    if before is not None:
        await discard(before)
    return True


def _pack(copy: Path, path: Path) -> dict[str, Any]:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    # The log is mostly zeros, so the fastest compression is worth its time.
    with tarfile.open(temporary, "w:gz", compresslevel=1) as archive:
        archive.add(copy, arcname=".")
    with temporary.open("rb") as file:
        _checksum_file(path).write_text(hashlib.file_digest(file, "sha256").hexdigest())
    sync_path(temporary)
    temporary.replace(path)
    sync_path(path.parent)
    return _description(path)


def _unpack(body: Recover, target: Path) -> Entry:
    target.mkdir()
    archive = target.with_suffix(".download")
    try:
        _fetch(body.location, archive)
        with archive.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if body.checksum is not None and body.checksum != found:
            raise wrong_input(f"the checksum is {found}, not {body.checksum}")
        with tarfile.open(archive, "r:gz") as packed:
            _extract(packed, target)
    finally:
        archive.unlink(missing_ok=True)
    entry_file = target / _ENTRY
    entry = msgspec.json.decode(entry_file.read_bytes(), type=Entry)
    entry_file.unlink()
    sync_tree(target)
    return entry


def _extract(packed: tarfile.TarFile, target: Path) -> None:
    for found in packed:
        # Refuses what would land outside of the folder.
        member = tarfile.data_filter(found, str(target))
        path = target / member.name
        if member.isdir():
            path.mkdir(parents=True, exist_ok=True)
        elif (reader := packed.extractfile(member)) is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_sparse(reader, path)


def _fetch(location: str, into: Path) -> None:
    parts = urlsplit(location)
    if parts.scheme == "file":
        shutil.copyfile(unquote(parts.path), into)
        return
    if parts.scheme not in ("http", "https"):
        raise wrong_input("a location is a file:, http: or https: address")
    try:
        with urllib.request.urlopen(location, timeout=_TIMEOUT_S) as reply, into.open("wb") as file:
            shutil.copyfileobj(reply, file)
    except urllib.error.URLError as error:
        raise OSError(str(error)) from error


def _checksum_file(path: Path) -> Path:
    return path.with_name(path.name + ".checksum")


def _description(path: Path) -> dict[str, Any]:
    about = path.stat()
    checksum = _checksum_file(path)
    return {
        "name": path.name,
        "creation_time": datetime.fromtimestamp(about.st_mtime, UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "size": about.st_size,
        "checksum": checksum.read_text() if checksum.exists() else None,
    }
