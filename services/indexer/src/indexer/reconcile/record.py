"""What a reconciliation found and did, as KV ``reconciles`` keeps it."""

from typing import Literal, Protocol

import msgspec

from common.kv import Entry, key

BUCKET = "reconciles"
RUN = "run"
KEPT_RUNS = 30
MOST_EXAMPLES = 50


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One run; times are RFC 3339 UTC."""

    id: str
    state: Literal["running", "ok", "failed"] = "running"
    stage: str = ""
    dry_run: bool = False
    started: str
    ended: str = ""
    papers: int = 0
    objects: int = 0
    indexed: int = 0
    """Papers the index has points of."""
    found: dict[str, int] = {}
    mended: dict[str, int] = {}
    left: dict[str, int] = {}
    """Found, and not mended: nobody could, or it takes longer than the run."""
    examples: tuple[str, ...] = ()
    note: str = ""


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
