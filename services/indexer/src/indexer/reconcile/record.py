"""Keeps what reconciliations found and did."""

from typing import Protocol

import msgspec

from common.kv import Entry, key
from common.reconciles import RUN, Record

KEPT_RUNS = 30
MOST_EXAMPLES = 50


class Bucket(Protocol):
    """The part of ``common.kv.Kv`` used here."""

    async def put(self, name: str, value: bytes, /) -> int:
        """Store whatever was there."""

    async def items(self, prefix: str = "", /) -> list[tuple[str, Entry]]:
        """All keys with a prefix."""

    async def delete(self, name: str, /) -> None:
        """Make the key absent."""


class Records:
    """The newest runs; the indexer alone writes them."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    async def write(self, record: Record) -> None:
        """Keep this state of a run."""
        await self._bucket.put(key(RUN, record.id), msgspec.json.encode(record))

    async def tidy(self) -> None:
        """Forget all but the newest runs."""
        runs = [
            (msgspec.json.decode(entry.value, type=Record).started, name)
            for name, entry in await self._bucket.items(f"{RUN}.")
        ]
        for _, name in sorted(runs)[:-KEPT_RUNS]:
            await self._bucket.delete(name)
