"""The broker by which a service takes messages, imported only where one does."""

from collections.abc import Sequence
from typing import Any, Protocol

from nats.aio.client import Client

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


def bind(broker: Any, boundaries: Sequence[tuple[Boundary, int]]) -> None:
    """Let each boundary take the messages of its durable, so many at once."""
    if not boundaries:
        return
    # Whoever has handlers made the broker above, so this costs nothing more.
    from common import consuming

    consuming.bind(broker, boundaries)
