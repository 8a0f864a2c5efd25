"""The broker by which a service takes messages, imported only where one does."""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

from nats.aio.client import Client

from common import connection
from common.boundary import Boundary
from common.settings import BusSettings


class Broker(Protocol):
    """The part of FastStream's broker that a service's life needs."""

    async def connect(self) -> Client:
        """Connect, as often as it takes."""

    async def start(self) -> None:
        """Begin to take messages."""

    async def stop(self) -> None:
        """Stop taking messages, and close the connection."""


def taking(settings: BusSettings, service: str, **callbacks: Any) -> Any:
    """FastStream's broker; nothing is sent yet."""
    # The framework costs 0.6 s to import, and the page waits for the gateway, which takes nothing.
    from common import consuming

    return consuming.broker_for(settings, service, **callbacks)


async def connect(broker: Broker) -> Client:
    """The connected client, which goes on reconnecting whatever the server answers."""
    nc = await broker.connect()
    # The framework's callback raises what it is told, and that ends the client's reconnecting for
    # good: one refusal while keys are changed, and the service would be deaf until it is restarted.
    nc._error_cb = connection._count_error
    return nc


async def start(
    broker: Broker, boundaries: Sequence[tuple[Boundary, int]], stopping: asyncio.Event
) -> None:
    """Let each boundary take the messages of its durable, so many at once."""
    if not boundaries:
        await broker.start()
        return
    # Whoever has handlers made the broker above, so this costs nothing more.
    from common import consuming

    made: Any = broker
    consuming.bind(made, boundaries)
    await consuming.start(made, stopping)


async def stop_taking(broker: Broker, nc: Client) -> None:
    """Return when the server gives nothing out to this broker any more."""
    if not nc.is_connected or not hasattr(broker, "subscribers"):
        return
    from common import consuming  # as above

    await consuming.stop_taking(broker, nc)
