"""Windows as KV ``operations`` keeps them: ``maintenance.<id>``. All raise Unavailable."""

import msgspec

from cli.maintenance.window import Window
from common import maintenance
from common.errors import UsageError
from common.kv import Kv, key
from common.maintenance import MAINTENANCE

BUCKET = maintenance.BUCKET


async def write(kv: Kv, one: Window) -> None:
    """Keep it."""
    await kv.put(key(MAINTENANCE, one.id), msgspec.json.encode(one))


async def read_all(kv: Kv) -> list[Window]:
    """All of them, by when they start."""
    items = await kv.items(f"{MAINTENANCE}.")
    found = [msgspec.json.decode(entry.value, type=Window) for _, entry in items]
    return sorted(found, key=lambda one: one.starts)


async def one(kv: Kv, name: str) -> Window:
    """One by its id; raises UsageError that lists those there are."""
    known = {window.id: window for window in await read_all(kv)}
    if name not in known:
        there = ", ".join(known) or "none"
        raise UsageError("WINDOW", f"there is no window {name[:60]!r}; there are: {there}")
    return known[name]
