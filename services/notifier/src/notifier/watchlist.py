"""The watches as they stand, read from their bucket as seldom as correctness allows."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
import structlog

from common.errors import UNREADABLE
from common.ids import parse_time
from common.watches import Watch
from notifier.ports import Reading

log = structlog.get_logger("paperbus")

SKEW = timedelta(seconds=2)
"""How far the clocks of two machines may be apart."""
FRESH = timedelta(seconds=5)


class Watchlist:
    """Reads watches; ``now`` gives the present moment in UTC."""

    def __init__(self, bucket: Reading, now: Callable[[], datetime]) -> None:
        self._bucket = bucket
        self._now = now
        self._lock = asyncio.Lock()
        self._read_at: datetime | None = None
        self._watches: tuple[Watch, ...] = ()

    async def at(self, moment: str) -> tuple[Watch, ...]:
        """All watches that existed at ``moment`` (RFC 3339), and perhaps newer ones."""
        async with self._lock:
            if not self._is_fresh_enough(moment):
                began = self._now()
                self._watches = await self._read()
                self._read_at = began
            return self._watches

    def _is_fresh_enough(self, moment: str) -> bool:
        now = self._now()
        wanted = min(parse_time(moment) + SKEW, now) if moment else now
        return self._read_at is not None and wanted <= self._read_at and now - self._read_at < FRESH

    async def by_id(self) -> dict[str, Watch]:
        """All watches as they are now."""
        return {watch.id: watch for watch in await self._read()}

    async def _read(self) -> tuple[Watch, ...]:
        found = []
        for name, entry in await self._bucket.items():
            try:
                found.append(msgspec.json.decode(entry.value, type=Watch))
            except UNREADABLE as error:
                log.warning("watch_unreadable", watch=name, error=str(error))
        return tuple(found)
