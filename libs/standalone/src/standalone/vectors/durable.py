"""What survives a crash: atomic files, shared syncs of the write-ahead log, copies of a shard."""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

_BLOCK = 1 << 20
_ZEROS = bytes(_BLOCK)


def write_atomically(path: Path, body: bytes) -> None:
    """Replace a file so that after a crash it holds either the old or the new bytes."""
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_path(path.parent)


def sync_path(path: Path, sync: Callable[[int], None] = os.fsync) -> None:
    """Force one file or folder to the disk; one that is gone by now needs no sync."""
    with suppress(FileNotFoundError):
        handle = os.open(path, os.O_RDONLY)
        try:
            sync(handle)
        finally:
            os.close(handle)


def sync_wal(shard: Path) -> None:
    """Force the engine's write-ahead log to the disk; far cheaper than a flush of the shard.

    Its files have their full size from the start, so the data alone is synced, not the times.
    """
    wal = shard / "wal"
    with suppress(FileNotFoundError):
        for path in wal.iterdir():
            sync_path(path, os.fdatasync)
    sync_path(wal)


def sync_tree(folder: Path) -> None:
    """Force a folder and everything in it to the disk."""
    for inner, _, names in os.walk(folder):
        for name in names:
            sync_path(Path(inner, name))
        sync_path(Path(inner))


def copy_tree(source: Path, target: Path) -> None:
    """Copy a folder and leave holes for zeros: the log's files are mostly empty."""
    for folder, _, names in os.walk(source):
        into = target / Path(folder).relative_to(source)
        into.mkdir(parents=True, exist_ok=True)
        for name in names:
            with Path(folder, name).open("rb") as reader:
                write_sparse(reader, into / name)


def write_sparse(reader: IO[bytes], path: Path) -> None:
    """Write a file from a stream, with holes for zeros."""
    size = 0
    with path.open("wb") as writer:
        while block := reader.read(_BLOCK):
            size += len(block)
            if block == _ZEROS:
                writer.seek(size)
            else:
                writer.write(block)
        writer.truncate(size)


class GroupSync:
    """One sync for all who wait: each is answered by a sync that began after it asked."""

    def __init__(self, sync: Callable[[], None]) -> None:
        self._sync = sync
        self._next: asyncio.Future[None] | None = None
        self._runner: asyncio.Task[None] | None = None

    async def wait(self) -> None:
        """Return when everything written before this call is on the disk."""
        if self._next is None:
            self._next = asyncio.get_running_loop().create_future()
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._run())
        await asyncio.shield(self._next)

    async def _run(self) -> None:
        while (waiting := self._next) is not None:
            self._next = None
            try:
                await asyncio.to_thread(self._sync)
            except OSError as error:
                waiting.set_exception(error)
            else:
                waiting.set_result(None)
