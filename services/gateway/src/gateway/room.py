"""Requests are only accepted while the bus has room to keep them (rule N9).

The stream of requests may hold schedules, and the server lets no such stream refuse what is new:
when it is full it would silently drop the oldest request. So room is looked for before.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from nats.errors import Error as NatsError

from common import topology
from common.bus import Bus, Fact
from common.errors import Full, Unavailable
from common.events import Message

if TYPE_CHECKING:
    from nats.js import JetStreamContext

FULL_AT = 0.9
LOOK_EVERY_S = 1.0
COME_BACK_S = 60.0


class Roomy:
    """The bus as the gateway uses it; ``request`` raises Full when there is no room."""

    def __init__(self, bus: Bus, js: "JetStreamContext") -> None:
        self._bus = bus
        self._js = js
        self._looked_s = 0.0

    async def request(self, message: Message) -> int:
        """Store a request; raises Unavailable, and Full when it might push out another."""
        await self._check_room()
        return await self._bus.request(message)

    def read(self, subjects: Sequence[str], *, after: int = 0) -> AsyncIterator[Fact]:
        """As ``Bus.read``."""
        return self._bus.read(subjects, after=after)

    async def first_seq(self) -> int:
        """As ``Bus.first_seq``."""
        return await self._bus.first_seq()

    async def last_seq(self) -> int:
        """As ``Bus.last_seq``."""
        return await self._bus.last_seq()

    async def _check_room(self) -> None:
        now_s = asyncio.get_running_loop().time()
        if now_s - self._looked_s < LOOK_EVERY_S:
            return
        try:
            info = await self._js.stream_info(topology.REQUESTS)
        except (NatsError, TimeoutError) as error:
            raise Unavailable("nats", str(error) or type(error).__name__) from error
        if info.state.bytes >= FULL_AT * (info.config.max_bytes or float("inf")):
            raise Full("nats", f"stream {topology.REQUESTS} is full", delay_s=COME_BACK_S)
        self._looked_s = now_s
