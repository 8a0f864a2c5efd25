"""The errors of one process: counted in memory, added to KV ``errors`` now and then.

Every replica adds to the same keys by compare-and-set, so that counts are sums. What cannot be
stored stays in memory for the next time; the service itself never notices.
"""

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

import msgspec
import structlog

from common import ids, metrics
from common.errorbook.occurrence import Occurrence
from common.errorbook.record import (
    DAYS_KEPT,
    FINGERPRINT,
    MOST,
    Record,
    decoded,
    record_of,
    together,
)
from common.errors import ServiceError
from common.kv import Entry, key

log = structlog.get_logger("paperbus")

FLUSH_EVERY_S = 10.0
TRIES = 10
MOST_TYPES = 100
OTHER = "other"


class Keeping(Protocol):
    """The part of ``Kv`` used here."""

    async def get(self, name: str) -> Entry | None:
        """The value."""

    async def create(self, name: str, value: bytes) -> int | None:
        """Store what is not there."""

    async def update(self, name: str, value: bytes, revision: int) -> int | None:
        """Store if nobody was faster."""

    async def delete(self, name: str) -> None:
        """Take away."""

    async def items(self, prefix: str = "") -> list[tuple[str, Entry]]:
        """All below a prefix."""


class Book:
    """Counts errors; ``user`` is whose keys are written, ``now`` gives RFC 3339 UTC."""

    def __init__(
        self, user: str, kv: Keeping, now: Callable[[], str] = ids.now, *, every_s: float
    ) -> None:
        self._user = user
        self._kv = kv
        self._now = now
        self._every_s = every_s
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self._lock = threading.Lock()
        self._waiting: dict[str, Record] = {}
        self._types: set[str] = set()

    def note(self, one: Occurrence) -> None:
        """Count an error, in whatever thread it happened."""
        record = record_of(one, self._now())
        with self._lock:
            self._add(record)
            known = record.type in self._types or len(self._types) < MOST_TYPES
            label = record.type if known else OTHER
            self._types.add(label)
        metrics.ERRORS.labels(self._user, label).inc()
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._changed.set)

    def _add(self, record: Record) -> None:
        if len(self._waiting) >= MOST - 1 and record.fingerprint not in self._waiting:
            record = msgspec.structs.replace(record, type=OTHER, place="", message="")
        before = self._waiting.get(record.fingerprint)
        self._waiting[record.fingerprint] = together(record, before) if before else record

    async def run(self) -> None:
        """Store what was counted, now and then; ends only by cancelling."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self.flush()
            await asyncio.sleep(self._every_s)

    async def flush(self) -> bool:
        """Store all that waits; False when something has to wait for longer."""
        with self._lock:
            taken, self._waiting = self._waiting, {}
        records = list(taken.values())
        try:
            while records:
                await self._store(records[-1])
                records.pop()
        except ServiceError as error:
            log.debug("errors_unsaved", error=str(error))
            self._changed.set()
        finally:  # also when it is cut off: a count too many is better than one too few
            with self._lock:
                for record in records:
                    self._add(record)
        return not records

    async def _store(self, record: Record) -> None:
        name = key(self._user, record.fingerprint)
        for _ in range(TRIES):
            entry = await self._kv.get(name)
            before = decoded(entry.value) if entry else None
            if before is not None and before.last < self._oldest():
                before = None
            value = msgspec.json.encode(together(record, before) if before else record)
            if entry is None:
                await self._make_room()
                done = await self._kv.create(name, value)
            else:
                done = await self._kv.update(name, value, entry.revision)
            if done is not None:
                return
        raise ServiceError(f"{name} changes all the time")

    async def _make_room(self) -> None:
        """Take away what is past its days, and the oldest while there are too many."""
        found = [
            (record.last if (record := decoded(entry.value)) else "", name)
            for name, entry in await self._kv.items(key(self._user) + ".")
            if FINGERPRINT.fullmatch(name.rpartition(".")[2])
        ]
        oldest = self._oldest()
        kept = sorted(found, reverse=True)
        for place, (last, name) in enumerate(kept):
            if last < oldest or place >= MOST - 1:
                await self._kv.delete(name)

    def _oldest(self) -> str:
        return ids.stamp(ids.parse_time(self._now()) - timedelta(days=DAYS_KEPT))
