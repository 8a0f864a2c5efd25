"""``storage archive``: old PDFs into a bucket of their own, where they are read as before."""

import asyncio
import hashlib
import time
from collections.abc import Callable

from cli.settings import Settings
from cli.storage.cleaning import Piece
from common import objects
from common.archive import Archived
from common.errors import UsageError
from common.objectlist import Listed, listed
from common.topology import DAY_S

PREFIX = "pdf/"
AT_ONCE = 8
Say = Callable[[str], None]


async def archive(
    settings: Settings, *, acts: bool, days: int = 0, now_s: float = 0.0, say: Say
) -> Piece:
    """Those stored longer ago than ``days``; raises Unavailable, Terminal, UsageError."""
    store = _store(settings)
    days = days or settings.storage.storage_archive_pdfs_days
    before_s = (now_s or time.time()) - days * DAY_S
    old = [one for one in await listed(store.here, PREFIX) if one.changed_s < before_s]
    moved = old
    if acts and old:
        await store.archive.ensure_bucket()
        moved = await _moved(store, old, say)
    what = f"PDFs stored more than {days} days ago, into bucket {store.archive._bucket}"
    if len(moved) < len(old):
        what += f"; {len(old) - len(moved)} are damaged and stay, see `paperbus audit --bodies all`"
    return Piece(
        name="old-pdfs",
        what=what,
        state="moved" if acts else "would go",
        count=len(moved),
        size_bytes=sum(one.size_bytes for one in moved),
    )


def _store(settings: Settings) -> Archived:
    own = settings.objects
    if not own.s3_archive_bucket:
        words = "names no bucket; set it for all services, start them anew, then archive"
        raise UsageError("S3_ARCHIVE_BUCKET", words)
    if own.s3_archive_bucket == own.s3_bucket:
        raise UsageError("S3_ARCHIVE_BUCKET", "must be another bucket than S3_BUCKET")
    store = objects.connect(own)
    assert isinstance(store, Archived)
    return store


async def _moved(store: Archived, old: list[Listed], say: Say) -> list[Listed]:
    moved: list[Listed] = []
    for at in range(0, len(old), AT_ONCE):
        page = old[at : at + AT_ONCE]
        done = await asyncio.gather(*(_move(store, one.key) for one in page))
        moved += [one for one, is_done in zip(page, done, strict=True) if is_done]
        say(f"{len(moved)} of {len(old)} moved")
    return moved


async def _move(store: Archived, key: str) -> bool:
    """Written and read back there before it goes here; a damaged body stays where it is."""
    body = await store.here.find(key)
    if body is None or hashlib.sha256(body).hexdigest() != key.rpartition("/")[2]:
        return False
    ref = await store.archive.put(PREFIX.rstrip("/"), body, "application/pdf")
    await store.archive.get(ref)
    await store.here.remove(key)
    return True
