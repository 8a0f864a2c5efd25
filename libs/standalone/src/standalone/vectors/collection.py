"""One collection: its shard, the order of its writes, and when they are on the disk."""

import asyncio
import time
from pathlib import Path
from typing import Any

import qdrant_edge as engine

from standalone.vectors.config import CollectionConfig
from standalone.vectors.durable import GroupSync, sync_wal
from standalone.vectors.errors import RequestError, engine_call
from standalone.vectors.vectors import Shapes

FLUSH_INTERVAL_S = 5.0
_FLUSH_OPERATIONS = 2_000
_REPLAY_LIMIT = 20_000
_INDEX_PAUSE_S = 30.0


class Collection:
    """A shard that is open.

    The engine holds the interpreter's lock in every call, so calls are made on the event loop: a
    thread would only add a switch. A write is in the log when `apply` returns, and so survives the
    death of the process; who waits is answered when the log is on the disk.
    """

    def __init__(self, path: Path, shard: Any, config: CollectionConfig) -> None:
        self.path = path
        self.shard = shard
        self.configure(config)
        self.writing = asyncio.Lock()
        """Held while the files must not change, and by each write."""
        self.writes_since_index = self._unindexed()
        self.indexing = False
        self._index_after = 0.0
        self._sync = GroupSync(lambda: sync_wal(self.path))
        self._operations = 0
        self._unflushed = 0
        self._flushed_at = time.monotonic()
        self._replay: list[Any] | None = None
        self._replay_from = 0

    def configure(self, config: CollectionConfig) -> None:
        """Take a changed configuration; indexes follow it when they are built next."""
        self.config = config
        self.shapes = Shapes(config)

    def _unindexed(self) -> int:
        info = self.shard.info()
        names = len(self.shapes.dense) + len(self.shapes.sparse)
        missing: int = info.points_count * names - info.indexed_vectors_count
        return max(0, missing)

    async def apply(self, operations: list[Any], *, weight: int = 1, wait: bool) -> list[int]:
        """Make the writes, in order, and return their numbers.

        weight: roughly how many points they touch. Raises RequestError.
        """
        async with self.writing:
            for operation in operations:
                if self._replay is not None:
                    self._replay.append(operation)
                with engine_call:
                    self.shard.update(operation)
            self.writes_since_index += weight
            self._unflushed += weight
            first = self._operations
            self._operations += len(operations)
        if wait:
            await self._sync.wait()
        return list(range(first, self._operations))

    def flush(self) -> None:
        """Write everything to the segments and shorten the log."""
        with engine_call:
            self.shard.flush()
        self._unflushed = 0
        self._flushed_at = time.monotonic()

    def flush_if_due(self) -> None:
        """Flush when much was written or some time ago."""
        late = time.monotonic() - self._flushed_at >= FLUSH_INTERVAL_S
        if self._unflushed and (late or self._unflushed >= _FLUSH_OPERATIONS):
            self.flush()

    def close(self) -> None:
        """Flush and give up the files."""
        self.flush()
        self.shard.close()

    def needs_index(self) -> bool:
        """Whether enough was written since the last index to make the next."""
        largest = max((params.size for params in self.shapes.dense.values()), default=0)
        threshold = self.config.indexing_threshold_kb()
        enough = 0 < threshold <= self.writes_since_index * largest * 4 / 1024
        return enough and time.monotonic() >= self._index_after

    def start_recording(self) -> None:
        """Keep every write from now on, to make it again on a copy."""
        self._replay = []
        self._replay_from = self.writes_since_index

    def recorded_too_much(self) -> bool:
        """Whether more was written meanwhile than should be kept in memory."""
        return self.writes_since_index - self._replay_from > _REPLAY_LIMIT

    def index_tried(self, *, done: bool) -> None:
        """Count what is unindexed now, and leave some time before the next try."""
        self._index_after = time.monotonic() + (0.0 if done else _INDEX_PAUSE_S)
        if done:
            self.writes_since_index -= self._replay_from

    def stop_recording(self) -> list[Any]:
        """The writes since `start_recording`."""
        recorded, self._replay = self._replay or [], None
        return recorded

    def replace(self, path: Path, shard: Any) -> Any:
        """Serve from another copy of the same data; returns the shard that was served before."""
        before, self.shard, self.path = self.shard, shard, path
        return before


def replay(shard: Any, operations: list[Any]) -> None:
    """Make recorded writes again; what the engine refused then it refuses now, in the same way."""
    for operation in operations:
        try:
            with engine_call:
                shard.update(operation)
        except RequestError:
            continue


def open_shard(path: Path) -> Any:
    """Open the shard of a folder. Raises RequestError."""
    with engine_call:
        return engine.EdgeShard.load(str(path))
