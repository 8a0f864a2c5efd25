"""Building indexes beside the running server, in a child process on a copy of the shard.

The engine holds the interpreter's lock for the whole of `optimize()`, 10 seconds for 20,000 points,
so it cannot run in this process. The copy is optimised by a child; then the writes made meanwhile
are repeated on it, and the catalogue is switched over.
"""

import asyncio
import contextlib
import logging
import os
import shutil
import sys
from pathlib import Path

import msgspec

from standalone.vectors.collection import Collection, open_shard, replay
from standalone.vectors.durable import copy_tree, sync_path, sync_tree
from standalone.vectors.errors import RequestError
from standalone.vectors.store import Store

NOTHING_TO_DO = 3
_TICK_S = 1.0
_POLL_S = 0.5
_log = logging.getLogger("standalone.vectors")


async def maintain(store: Store) -> None:
    """Flush what is due and build indexes, one at a time, until cancelled."""
    building: asyncio.Task[None] | None = None
    try:
        while True:
            await asyncio.sleep(_TICK_S)
            for name, collection in list(store.collections.items()):
                _flush(name, collection)
                if (building is None or building.done()) and collection.needs_index():
                    building = asyncio.create_task(_build(store, name, collection))
    finally:
        if building is not None:
            building.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await building


def _flush(name: str, collection: Collection) -> None:
    try:
        collection.flush_if_due()
    except RequestError as error:
        _log.warning("cannot flush %s: %s", name, error)


async def _build(store: Store, name: str, collection: Collection) -> None:
    target = store.new_folder()
    collection.indexing = True
    done = False
    try:
        async with collection.writing:
            collection.flush()
            await asyncio.to_thread(copy_tree, collection.path, target)
            collection.start_recording()
        done, changed = await _optimized(collection, target)
        if changed:
            await asyncio.to_thread(sync_tree, target)
            await _switch(store, name, collection, target)
    except (OSError, RequestError) as error:
        _log.warning("no index for %s: %s", name, error)
    finally:
        collection.stop_recording()
        collection.index_tried(done=done)
        collection.indexing = False
        if collection.path != target:
            shutil.rmtree(target, ignore_errors=True)


async def _optimized(collection: Collection, target: Path) -> tuple[bool, bool]:
    """Whether the child came to an end, and whether it changed anything."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "standalone.vectors.build", str(target), str(os.getpid())),
        stdin=asyncio.subprocess.PIPE,
    )
    asked = asyncio.create_task(child.communicate(msgspec.json.encode(collection.config)))
    try:
        while not (await asyncio.wait([asked], timeout=_POLL_S))[0]:
            if collection.recorded_too_much():
                return False, False
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
        asked.cancel()
    if child.returncode not in (0, NOTHING_TO_DO):
        _log.warning("building an index ended with %s", child.returncode)
    return child.returncode in (0, NOTHING_TO_DO), child.returncode == 0


async def _switch(store: Store, name: str, collection: Collection, target: Path) -> None:
    async with collection.writing:
        if store.collections.get(name) is not collection:
            return
        shard = open_shard(target)
        replay(shard, collection.stop_recording())
        shard.flush()
        sync_path(store.shards_folder)
        before = collection.path
        store.move(name, target.name)
        collection.replace(target, shard).close()
    await asyncio.to_thread(shutil.rmtree, before, ignore_errors=True)
