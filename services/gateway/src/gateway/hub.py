"""One reader of the log for all live clients, with a bounded queue for each."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Coroutine
from typing import Any

from common.cancelling import ended
from common.errors import Unavailable
from gateway import frames
from gateway.failures import TooMany
from gateway.frames import Frame
from gateway.ports import Bus

QUEUE = 256
RING = 2000
PATIENCE_S = 1.0


async def until(closing: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Work until it ends, or until closing."""
    working = asyncio.create_task(work)
    closed = asyncio.create_task(closing.wait())
    try:
        await asyncio.wait((working, closed), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        await ended(working, closed)


async def head_of(bus: Bus) -> int:
    """The newest sequence of the log; waits for a bus that does not answer yet."""
    while True:
        try:
            return await bus.last_seq()
        except Unavailable:
            await asyncio.sleep(PATIENCE_S)


class Client:
    """The queue of one connection; ``lost`` once it was too slow."""

    def __init__(self) -> None:
        self.queue: deque[Frame] = deque()
        self.wake = asyncio.Event()
        self.lost = False

    def offer(self, frame: Frame) -> None:
        """Queue a frame, or give the client up."""
        if len(self.queue) >= QUEUE:
            self.lost = True
            self.queue.clear()
        else:
            self.queue.append(frame)
        self.wake.set()

    def take(self) -> list[Frame]:
        """All queued frames."""
        self.wake.clear()
        taken = list(self.queue)
        self.queue.clear()
        return taken


class Hub:
    """Keeps the newest frames and hands each new one to every client."""

    def __init__(self, bus: Bus, *, max_clients: int = 1000) -> None:
        self._bus = bus
        self._max = max_clients
        self._clients: set[Client] = set()
        self._ring: deque[Frame] = deque()
        self._floor = 0
        """Every fact after this sequence, up to ``position``, is in the ring."""
        self.position = 0
        self.head = 0
        """Newest sequence of the log when the hub began."""
        self.started = asyncio.Event()
        self.closing = asyncio.Event()

    async def run(self) -> None:
        """Read the log until the hub is closed; waits for a bus that does not answer yet."""
        await until(self.closing, self._read())

    async def _read(self) -> None:
        self.head = await head_of(self._bus)
        self._floor = self.position = max(0, self.head - RING)
        self.started.set()
        async for fact in self._bus.read(frames.SUBJECTS, after=self.position):
            self.publish(frames.encode(fact))

    def publish(self, frame: Frame) -> None:
        """Hand a frame to everyone; frames come in order."""
        self.position = frame.seq
        self._ring.append(frame)
        if len(self._ring) > RING:
            self._floor = self._ring.popleft().seq
        for client in self._clients:
            client.offer(frame)

    def close(self) -> None:
        """End all streams; new ones end at once."""
        self.closing.set()
        for client in self._clients:
            client.wake.set()

    def covers(self, after: int) -> bool:
        """Whether everything after a sequence is in the ring or still to come."""
        return after >= self._floor

    def join(self, after: int) -> tuple[Client, list[Frame]]:
        """A client of all frames to come, and those it has missed since ``after``."""
        client = Client()
        self._clients.add(client)
        return client, [frame for frame in self._ring if frame.seq > after]

    def leave(self, client: Client) -> None:
        """Forget a client."""
        self._clients.discard(client)

    @property
    def clients(self) -> int:
        """How many streams are open."""
        return len(self._clients)

    def check_room(self) -> None:
        """Raise TooMany when no further stream may be opened."""
        if len(self._clients) >= self._max:
            raise TooMany(f"{self._max} live streams are open already", retry_s=30)

    async def start_of(self, last_event_id: int | None) -> tuple[int, str]:
        """Where a stream begins, and why a given cursor cannot be used (else empty)."""
        await self.started.wait()
        now = max(self.position, self.head)
        if last_event_id is None:
            return now, ""
        if last_event_id > now:
            now = max(now, await self._bus.last_seq())
            if last_event_id > now:
                return now, "newer than the log, which was made anew"
        if last_event_id < self._floor and last_event_id < await self._bus.first_seq() - 1:
            return now, "older than what the log keeps"
        return last_event_id, ""

    async def behind(self, after: int) -> AsyncGenerator[Frame, None]:
        """Frames after a sequence straight from the log, for who is older than the ring."""
        facts = self._bus.read(frames.SUBJECTS, after=after)
        try:
            async for fact in facts:
                yield frames.encode(fact)
        finally:
            if isinstance(facts, AsyncGenerator):
                await facts.aclose()
