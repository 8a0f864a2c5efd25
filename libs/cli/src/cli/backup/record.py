"""What is told of each backup in KV ``operations``: key ``backup.<id>``."""

from typing import Literal

import msgspec

from cli.backup.manifest import Manifest, stamp
from common.ids import parse_time
from common.kv import Kv, key

BUCKET = "operations"
BACKUP = "backup"
"""First part of the keys."""


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One backup; times are RFC 3339 UTC."""

    id: str
    state: Literal["ok", "failed"]
    started: str
    ended: str
    took_s: float = 0.0
    size_bytes: int = 0
    """Of its own files."""
    messages: int = 0
    objects: int = 0
    objects_bytes: int = 0
    objects_included: bool = False
    objects_missing: int = 0
    index_included: bool = False
    encrypted: bool = False
    target: str = ""
    verdict: str = ""
    """In words: what was checked, or why there is no backup."""
    verified: str = ""
    """When it was last restored into a scratch system without a finding."""


def record_of(manifest: Manifest, target: str) -> Record:
    """What is told of a finished backup whose files were read back."""
    missing = len(manifest.objects.missing)
    took = parse_time(manifest.ended) - parse_time(manifest.started)
    return Record(
        id=manifest.id,
        state="ok",
        started=manifest.started,
        ended=manifest.ended,
        took_s=round(took.total_seconds(), 3),
        size_bytes=manifest.size_bytes,
        messages=manifest.messages,
        objects=manifest.objects.count,
        objects_bytes=manifest.objects.size_bytes,
        objects_included=manifest.objects.included,
        objects_missing=missing,
        index_included=bool(manifest.index),
        encrypted=bool(manifest.recipient),
        target=target,
        verdict=f"read back; {missing} bodies were gone" if missing else "read back",
    )


def failed(started: str, ended: str, *, target: str, why: str) -> Record:
    """What is told of one that came to nothing."""
    took_s = round((parse_time(ended) - parse_time(started)).total_seconds(), 3)
    return Record(
        id=stamp(started),
        state="failed",
        started=started,
        ended=ended,
        took_s=took_s,
        target=target,
        verdict=why[:500],
    )


async def write(kv: Kv, record: Record) -> None:
    """Keep it. Raises Unavailable."""
    await kv.put(key(BACKUP, record.id), msgspec.json.encode(record))


async def read_all(kv: Kv) -> list[Record]:
    """All that is told, oldest first. Raises Unavailable."""
    items = await kv.items(f"{BACKUP}.")
    return [msgspec.json.decode(entry.value, type=Record) for _, entry in items]


async def newest_good(kv: Kv) -> Record | None:
    """The newest backup that came to an end. Raises Unavailable."""
    good = [one for one in await read_all(kv) if one.state == "ok"]
    return max(good, key=lambda one: one.ended, default=None)


async def forget(kv: Kv, idents: set[str]) -> None:
    """Take away what is told of backups that are gone. Raises Unavailable."""
    for record in await read_all(kv):
        if record.id in idents:
            await kv.delete(key(BACKUP, record.id))


async def note_verified(kv: Kv, ident: str, at: str) -> None:
    """Tell that a backup was restored without a finding. Raises Unavailable."""
    entry = await kv.get(key(BACKUP, ident))
    if entry is not None:
        known = msgspec.json.decode(entry.value, type=Record)
        await write(kv, msgspec.structs.replace(known, verified=at))
