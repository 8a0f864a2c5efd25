"""A feed's run that a person follows ends when its papers have been fetched."""

import asyncio
from collections.abc import Awaitable, Callable

from common.events import Event
from common.jobwork import Following, Told
from fetcher.announce import ROW
from fetcher.ports import LedgerEntry

Read = Callable[[str, str], Awaitable[LedgerEntry | None]]

EVERY_S = 2.0
AT_ONCE = 64


async def landed(following: Following, read: Read, *, every_s: float = EVERY_S) -> None:
    """Wait until the rows of all announced papers have ended; raises Unavailable."""
    waiting = list(following.announced)
    total, dead = len(waiting), 0
    following.look = lambda: Told("fetching papers", total - len(waiting) - dead, total, dead)
    while waiting:
        for event in waiting[:AT_ONCE]:
            entry = await read(event.paper, ROW)
            if entry is None or not _is_ended(entry, event):
                continue
            waiting.remove(event)
            dead += entry.row.state == "dead"
        if waiting:
            await asyncio.sleep(every_s)


def _is_ended(entry: LedgerEntry, event: Event) -> bool:
    row = entry.row
    if (row.version, row.epoch) != (event.version, event.epoch):
        return (row.version, row.epoch) > (event.version, event.epoch)
    return row.state != "announced"
