"""``storage optimize``: the same things in less room; nothing that anybody reads is lost."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from qdrant_client import AsyncQdrantClient, models

from cli.settings import Settings
from cli.storage import logs, sweeping
from cli.storage.cleaning import Piece, State
from cli.storage.holding import LOGS
from common.runtime import Runtime
from common.vectors import adapter
from common.vectors.translated import translated


async def marks(runtime: Runtime, *, acts: bool) -> Piece:
    """Marks of deletions in the buckets. The log of facts is never compacted."""
    now = datetime.now(UTC)
    found = await sweeping.find(runtime.js, sweeping.marks(), now)
    if acts:
        found = await sweeping.take_out(runtime.js, found)
    return Piece(
        name="buckets",
        what="marks of deletions older than a day",
        state="removed" if acts else "would go",
        count=len(found),
        size_bytes=sum(old.size_bytes for old in found),
    )


async def index(settings: Settings, *, acts: bool) -> Piece:
    """Let Qdrant look anew at how its segments lie; it works on in the background."""
    qdrant = adapter.client_of(settings.vectors)
    try:
        names = await asked(qdrant, acts=acts)
    finally:
        await qdrant.close()
    what = "collections whose optimizers are started; deleted points are vacuumed"
    return Piece(name="index", what=what, state="asked" if acts else "would go", count=len(names))


async def asked(qdrant: AsyncQdrantClient, *, acts: bool) -> list[str]:
    """An empty change of the settings starts the optimizers, as Qdrant's manual says."""
    with translated():
        names = sorted(one.name for one in (await qdrant.get_collections()).collections)
        for name in names if acts else ():
            await qdrant.update_collection(name, optimizers_config=models.OptimizersConfigDiff())
    return names


async def local_logs(settings: Settings, *, acts: bool) -> Piece:
    """Compress what the logs of this machine hold."""
    name, what = "logs", "logs of a MiB and more are compressed and emptied in place"
    if not settings.doctor.data_dir:
        return Piece(name=name, what=f"{what}: DATA_DIR names no folder", state="not here")
    found = await asyncio.to_thread(logs.grown, Path(settings.doctor.data_dir) / LOGS)
    size = sum(file.size_bytes for file in found)
    if acts:
        now = datetime.now(UTC)
        size = sum([await asyncio.to_thread(logs.compress, file, now) for file in found])
    state: State = "removed" if acts else "would go"
    return Piece(name=name, what=what, state=state, count=len(found), size_bytes=size)
