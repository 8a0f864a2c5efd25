"""The gateway's view of the bus connection: what cannot be answered soon is refused at once.

The client itself keeps what is asked while the bus is away and waits for each answer until its
time is over. People who wait for a page are better told straight away.
"""

import time
from typing import TYPE_CHECKING, Any

from nats.errors import ConnectionReconnectingError
from nats.js import JetStreamContext

from common.runtime import Runtime

if TYPE_CHECKING:
    from nats.aio.client import Client

PATIENCE_S = 2.0
"""A reconnect that takes no longer than this is not noticed by anybody."""


class Hasty:
    """As the connection it wraps, but for a bus that has been away for a while."""

    def __init__(self, nc: "Client") -> None:
        self._nc = nc
        self._lost_s: float | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._nc, name)

    def jetstream(self, **options: Any) -> JetStreamContext:
        """JetStream over this very view."""
        wrapped: Any = self
        return JetStreamContext(wrapped, **options)

    async def request(self, *args: Any, **named: Any) -> Any:
        """As ``Client.request``; raises ConnectionReconnectingError at once while it is away."""
        self._check()
        return await self._nc.request(*args, **named)

    async def publish(self, *args: Any, **named: Any) -> None:
        """As ``Client.publish``; raises ConnectionReconnectingError at once while it is away."""
        self._check()
        await self._nc.publish(*args, **named)

    def _check(self) -> None:
        if self._nc.is_connected:
            self._lost_s = None
            return
        now_s = time.monotonic()
        if self._lost_s is None:
            self._lost_s = now_s
        if now_s - self._lost_s > PATIENCE_S:
            raise ConnectionReconnectingError


def hasty(runtime: Runtime) -> Runtime:
    """The same bus, ledger and buckets, but refusing at once what has no chance."""
    view: Any = Hasty(runtime.nc)
    made = Runtime(runtime.service, view)
    made.stopping, made.problems = runtime.stopping, runtime.problems
    made.controls = runtime.controls
    return made
