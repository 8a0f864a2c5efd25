"""Examinations as KV ``operations`` keeps them: ``doctor.<time>``, the newest 60."""

from typing import Protocol

import msgspec

from cli.doctor.finding import Report
from common.kv import Entry, key

BUCKET = "operations"
DOCTOR = "doctor"
KEPT = 60


class Bucket(Protocol):
    """The part of ``common.kv.Kv`` used here."""

    async def put(self, name: str, value: bytes, /) -> int:
        """Store whatever was there."""

    async def items(self, prefix: str = "", /) -> list[tuple[str, Entry]]:
        """All keys with a prefix, sorted."""

    async def keys(self, prefix: str = "", /) -> list[str]:
        """All keys with a prefix, sorted."""

    async def delete(self, name: str, /) -> None:
        """Make the key absent."""


async def keep(bucket: Bucket, report: Report) -> None:
    """Store it; the oldest beyond the limit go."""
    await bucket.put(key(DOCTOR, report.at), msgspec.json.encode(report))
    for old in (await bucket.keys(f"{DOCTOR}."))[:-KEPT]:
        await bucket.delete(old)


async def newest(bucket: Bucket) -> Report | None:
    """The last one, or None; raises Unavailable."""
    items = await bucket.items(f"{DOCTOR}.")
    return msgspec.json.decode(items[-1][1].value, type=Report) if items else None
