"""Politeness towards a source as a lease in KV, so that it holds over all replicas.

One request at a time and one per interval, whoever asks; a source that tells one of us to wait
has told all of us. The lease is renewed while a request runs and expires soon after a crash.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import msgspec

from common.errors import Unavailable
from fetcher.lease import Lease, Pace, decode
from fetcher.ports import AnyKv

_POLL_S = 0.1
_MARGIN_S = 2.0  # a request may begin so long before the lease ends: time enough to renew it
_BURST_BELOW_S = 0.5  # shorter intervals keep the lease for a burst, to spare the round trips


class Polite:
    """The turnstile of one source in this process."""

    def __init__(
        self,
        kv: AnyKv,
        source: str,
        owner: str,
        *,
        pace: Pace,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._kv, self._source, self._owner = kv, source, owner
        self.pace, self._now = pace, now
        self._local = asyncio.Lock()
        self._burst_end = 0.0
        self._expires = 0.0
        self._next = 0.0
        self._answered = False
        self._give_way = False
        self._seen = (0, 0.0)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Hold the right to one request; raises Unavailable when the source wants silence."""
        async with self._local:
            try:
                await self._enter()
                self._answered = False
                keeper = asyncio.create_task(self._keep())
                try:
                    yield
                finally:
                    keeper.cancel()
                    if not self._answered:
                        self.answered()
            finally:
                await self._leave()

    def answered(self) -> None:
        """The source has begun to answer: the interval counts from here, not from our asking.

        A request may lie in wait on its way; counted from its beginning, two could arrive closer.
        """
        self._answered = True
        self._next = self._now() + self.pace.interval_s

    async def stop(self, delay_s: float, reason: str) -> None:
        """Silence towards the source, for everybody."""
        until = self._now() + delay_s
        self._burst_end = 0.0
        await self._change(
            lambda lease: msgspec.structs.replace(
                lease, stopped=max(lease.stopped, until), reason=reason
            )
        )

    async def _enter(self) -> None:
        if self._now() < self._burst_end:
            await self._sleep_until(self._next)
            return
        if self._give_way:
            self._give_way = False
            await asyncio.sleep(3 * _POLL_S)
        while True:
            entry = await self._kv.get(self._source)
            lease = decode(entry.value if entry else b"")
            now = self._now()
            if lease.stopped > now:
                await self._wait_or_raise(lease.stopped - now, lease.reason)
            elif entry and self._is_held(lease, entry.revision, now):
                await self._ask_and_wait(lease, entry.revision)
            elif await self._take(lease, entry.revision if entry else None):
                return

    def _is_held(self, lease: Lease, revision: int, now: float) -> bool:
        if not lease.owner or lease.expires <= now:
            return False
        if lease.owner == self._owner:
            return lease.wanted
        # The holder's clock may be ahead of ours: what lies there unrenewed for so long is free.
        here = asyncio.get_running_loop().time()
        if self._seen[0] != revision:
            self._seen = (revision, here)
        return here - self._seen[1] < 2 * self.pace.interval_s + self._hold_s

    @property
    def _is_bursting(self) -> bool:
        return self.pace.interval_s < _BURST_BELOW_S

    @property
    def _hold_s(self) -> float:
        return self.pace.burst_s + _MARGIN_S if self._is_bursting else self.pace.lease_s

    async def _wait_or_raise(self, wait_s: float, reason: str) -> None:
        if wait_s > self.pace.patience_s:
            raise Unavailable(self._source, reason or "asked for silence", delay_s=wait_s)
        await asyncio.sleep(wait_s)

    async def _ask_and_wait(self, lease: Lease, revision: int) -> None:
        if lease.owner == self._owner:  # our burst is over and another replica waits
            await self._change(self._given_back)
            await asyncio.sleep(3 * _POLL_S)
            self._give_way = False
            return
        if not lease.wanted:
            asked = msgspec.structs.replace(lease, wanted=True)
            await self._kv.update(self._source, msgspec.json.encode(asked), revision)
        await asyncio.sleep(min(max(lease.expires - self._now(), 0.001), _POLL_S))

    async def _take(self, lease: Lease, revision: int | None) -> bool:
        now = self._now()
        # Nobody means more than two intervals; more was said by a clock ahead of ours.
        start = max(now, min(lease.next, now + 2 * self.pace.interval_s))
        mine = Lease(
            owner=self._owner,
            expires=start + self._hold_s,
            next=start + self.pace.interval_s,
        )
        body = msgspec.json.encode(mine)
        if revision is None:
            taken = await self._kv.create(self._source, body)
        else:
            taken = await self._kv.update(self._source, body, revision)
        if taken is None:
            return False
        self._burst_end = start + self.pace.burst_s if self._is_bursting else 0.0
        self._expires = mine.expires
        await self._sleep_until(start)
        return True

    async def _sleep_until(self, moment: float) -> None:
        if (wait := moment - self._now()) > 0:
            await asyncio.sleep(wait)

    async def _keep(self) -> None:
        """Renew the lease while a long request runs."""
        while True:
            left = self._expires - self._now()
            await asyncio.sleep(max(min(left, self.pace.lease_s) / 3, 0.05))
            with suppress(Unavailable):
                await self._change(self._renewed)

    def _renewed(self, lease: Lease) -> Lease:
        if lease.owner != self._owner:
            return lease
        self._expires = self._now() + self.pace.lease_s
        return msgspec.structs.replace(lease, expires=self._expires)

    async def _leave(self) -> None:
        if self._now() >= self._burst_end:
            self._burst_end = 0.0
            with suppress(Unavailable):  # it expires by itself
                await self._change(self._given_back)

    def _given_back(self, lease: Lease) -> Lease:
        """The lease without us; no request before our interval is over."""
        if lease.owner != self._owner:
            return msgspec.structs.replace(lease, next=max(lease.next, self._next))
        self._give_way = lease.wanted
        return Lease(next=max(lease.next, self._next), stopped=lease.stopped, reason=lease.reason)

    async def _change(self, change: Callable[[Lease], Lease]) -> None:
        while True:
            entry = await self._kv.get(self._source)
            lease = decode(entry.value if entry else b"")
            changed = change(lease)
            if changed == lease:
                return
            body = msgspec.json.encode(changed)
            if entry is None:
                done = await self._kv.create(self._source, body)
            else:
                done = await self._kv.update(self._source, body, entry.revision)
            if done is not None:
                return
