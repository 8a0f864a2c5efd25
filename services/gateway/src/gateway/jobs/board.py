"""Jobs as they change, for who watches: one look at the bucket for all of them.

What is sent is state and not history: whoever comes back is told how everything stands now, so
nothing is missed and there is no place to resume from (see ADR 0007).
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextlib import suppress
from typing import NamedTuple

import msgspec
import structlog

from common.errors import ServiceError
from common.jobs import Job
from common.stopping import pause
from gateway import frames
from gateway.bucket import Kv
from gateway.failures import TooMany
from gateway.jobs import kept
from gateway.jobs.news import News
from gateway.jobs.views import view
from gateway.live import Pace

log = structlog.get_logger("gateway.jobs")

EVERY_S = 0.5
NEWEST = 50
EVENT = "job"
READY = "ready"


class Shown(NamedTuple):
    """One job as it was last seen, encoded once for all clients."""

    job: Job
    frame: bytes


class Board:
    """Looks only while somebody watches, and reads all jobs only when one has changed."""

    def __init__(self, kv: Kv, *, max_clients: int = 1000, every_s: float = EVERY_S) -> None:
        self._kv, self._max, self._every_s = kv, max_clients, every_s
        self._shown: dict[str, Shown] = {}
        self._seen = News(kv)
        self._looked = asyncio.Event()
        self._news = asyncio.Condition()
        self._closing = False
        self.clients = 0

    async def run(self, stopping: asyncio.Event) -> None:
        """Look until the stop; then all streams end."""
        while not stopping.is_set():
            if self.clients:
                await self._look()
            else:
                self._looked.clear()
                self._seen.forget()
            await pause(stopping, self._every_s)
        self._closing = True
        self._looked.set()
        await self._wake()

    async def _look(self) -> None:
        try:
            if not await self._seen.is_there():
                return
            everything = await kept.everything(self._kv)
        except ServiceError as error:
            self._seen.forget()
            log.warning("board_waits", error=str(error))
            return
        queued = tuple(job.id for job in everything if job.state == "queued")
        before, self._shown = self._shown, {}
        for n, job in enumerate(everything):
            if n >= NEWEST and job.is_ended:
                continue
            known = before.get(job.id)
            if known is None or known.job != job or job.id in queued:
                known = Shown(job, _frame(job, everything))
            self._shown[job.id] = known
        self._looked.set()
        if self._shown != before:
            await self._wake()

    async def _wake(self) -> None:
        async with self._news:
            self._news.notify_all()

    def check_room(self) -> None:
        """Raise TooMany when no further stream may be opened."""
        if self.clients >= self._max:
            raise TooMany(f"{self._max} live streams are open already", retry_s=30)

    async def stream(self, pace: Pace) -> AsyncGenerator[bytes, None]:
        """Every job now, ``ready``, then each change; a slow reader gets only the newest state."""
        until = asyncio.get_running_loop().time() + pace.max_age_s
        self.clients += 1
        try:
            yield frames.opening(None)
            told: dict[str, bytes] = {}
            while not self._looked.is_set() and asyncio.get_running_loop().time() < until:
                await self._within(self._looked.wait(), pace, until)
                yield frames.PING
            if not self._looked.is_set():
                return
            yield self._fresh(told) + _event(READY, b"{}")
            while not self._closing and asyncio.get_running_loop().time() < until:
                await self._within(self._changed(), pace, until)
                yield self._fresh(told) or frames.PING
        finally:
            self.clients -= 1

    def _fresh(self, told: dict[str, bytes]) -> bytes:
        fresh = {
            name: shown.frame
            for name, shown in sorted(self._shown.items())
            if told.get(name) != shown.frame
        }
        told.update(fresh)
        return b"".join(fresh.values())

    async def _changed(self) -> None:
        async with self._news:
            await self._news.wait()

    @staticmethod
    async def _within(what: Awaitable[object], pace: Pace, until: float) -> None:
        at_most_s = min(pace.ping_s, until - asyncio.get_running_loop().time())
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.01, at_most_s)):
                await what


def _frame(job: Job, everything: list[Job]) -> bytes:
    return _event(EVENT, msgspec.json.encode(view(job, everything)))


def _event(name: str, data: bytes) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), data)
