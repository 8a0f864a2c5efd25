"""What is missing from the derived stores, and asking the system to mend it."""

import asyncio
from typing import Any

import msgspec
from qdrant_client import AsyncQdrantClient, models

from chaos.kit.system import System
from cli import envfile
from cli.history import history
from cli.settings import Settings
from common import events, objects
from common.events import ObjectRef
from common.runtime import Runtime
from common.settings import load


class _Result(msgspec.Struct, frozen=True):
    """The objects any fact may point to."""

    pdf: ObjectRef | None = None
    text: ObjectRef | None = None
    summary: ObjectRef | None = None


def objects_missing(system: System) -> list[str]:
    """Keys of objects that a row says are there and that are not, or have another content size."""
    store = objects.connect(load(Settings, envfile.read(system.stack.data.path)).objects)

    async def look(runtime: Runtime) -> list[str]:
        progress, _ = await history(runtime)
        refs = {
            ref.key: ref
            for rows in progress.rows.values()
            for row in rows.values()
            if bytes(row.result)
            for ref in _refs(bytes(row.result))
        }
        found = await asyncio.gather(*(store.ref(key) for key in refs))
        pairs = zip(refs.values(), found, strict=True)
        return [ref.key for ref, there in pairs if there is None or not _same(ref, there)]

    return system.on_bus(look)


def _refs(body: bytes) -> list[ObjectRef]:
    try:
        result = msgspec.json.decode(body, type=_Result)
    except msgspec.DecodeError:
        return []
    return [ref for ref in (result.pdf, result.text, result.summary) if ref is not None]


def _same(one: ObjectRef, other: ObjectRef) -> bool:
    return one.size_bytes == other.size_bytes


def reconcile(system: System) -> None:
    """Ask for what runs every night."""
    wanted: Any = events.ReconcileRequested()
    system.on_bus(lambda runtime: runtime.bus.request(wanted))


def lose_points(system: System, share: float) -> int:
    """Delete some papers and all their passages from the index; how many papers."""

    async def lose() -> int:
        client = AsyncQdrantClient(url=f"http://127.0.0.1:{system.ports['vectors']}")
        try:
            points, _ = await client.scroll("papers", limit=10_000)
            lost = [
                str((point.payload or {})["paper"])
                for point in system.random.sample(points, max(1, int(len(points) * share)))
            ]
            of_lost = models.FieldCondition(key="paper", match=models.MatchAny(any=lost))
            chosen = models.FilterSelector(filter=models.Filter(must=[of_lost]))
            for collection in ("papers", "passages"):
                await client.delete(collection, chosen, wait=True)
            return len(lost)
        finally:
            await client.close()

    return asyncio.run(lose())


def indexed(system: System) -> int:
    """Papers in the index."""

    async def count() -> int:
        client = AsyncQdrantClient(url=f"http://127.0.0.1:{system.ports['vectors']}")
        try:
            return (await client.count("papers", exact=True)).count
        finally:
            await client.close()

    return asyncio.run(count())
