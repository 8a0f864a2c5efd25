"""Tells when the index has changed, from what the indexer puts down once it has changed it."""

import asyncio
from collections.abc import Callable, Hashable

from common import topology
from gateway.hub import Hub, head_of, until
from gateway.ports import Bus, Stores

INDEXER = "indexer"
FLAGS = ("search", "similar")
"""Switches that turn an answer into a refusal."""
# The fact of a summary comes before the index shows it, so facts alone would be too early; the
# indexer writes its row when it is done, also when it does a paper again.
ROWS = tuple(
    topology.ledger_subject("*", row)
    for row in sorted({one.row for one in topology.consumers_of(INDEXER) if one.row})
)


class IndexNews:
    """Follows the rows of the indexer."""

    def __init__(self, bus: Bus, closing: asyncio.Event) -> None:
        self._bus = bus
        self._closing = closing
        self.position: int | None = None
        """Of the newest row; None while nothing is followed, and anything may have happened."""

    async def run(self) -> None:
        """Follow until closing; waits for a bus that does not answer yet."""
        try:
            await until(self._closing, self._read())
        finally:
            self.position = None

    async def _read(self) -> None:
        self.position = head = await head_of(self._bus)
        async for row in self._bus.read(ROWS, after=head):
            self.position = row.seq


def state_of(news: IndexNews, hub: Hub, stores: Stores) -> Callable[[], Hashable | None]:
    """What an answer from the index depends on beside its question; None while that is unknown.

    The hub's place is part of it, so that nobody who saw a fact is answered as before it.
    """

    def state() -> Hashable | None:
        if news.position is None:
            return None
        switches = tuple(stores.is_on(flag) for flag in FLAGS)
        return news.position, hub.position, stores.collection(), switches

    return state
