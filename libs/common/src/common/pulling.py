"""Takes the messages of one durable, one after the other: a plain loop without the framework."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol

import structlog
from nats.errors import Error as NatsError

from common.delivery import Delivery

if TYPE_CHECKING:
    from nats.aio.msg import Msg
    from nats.js import JetStreamContext

log = structlog.get_logger("paperbus")


class Durable(Protocol):
    """A durable consumer by its names."""

    @property
    def durable(self) -> str:
        """Its own name."""

    @property
    def stream(self) -> str:
        """The stream it reads."""


async def pull(
    js: "JetStreamContext",
    source: Durable,
    *,
    take: Callable[[Delivery], Awaitable[object]],
    stopping: asyncio.Event,
    idle_s: float,
) -> None:
    """Hand every message to ``take`` until the stop; a bus that is away is waited for.

    The stop is seen ``idle_s`` seconds after it at the latest, when no message is in work.
    """
    while not stopping.is_set():
        try:
            subscription = await js.pull_subscribe_bind(source.durable, source.stream)
            try:
                while not stopping.is_set():
                    for message in await _fetched(subscription, idle_s):
                        await take(Delivery(message))
            finally:
                await subscription.unsubscribe()
        except (NatsError, TimeoutError) as error:
            if not stopping.is_set():
                words = str(error) or repr(error)
                log.warning("pull_waits", durable=source.durable, error=words)
            await asyncio.sleep(idle_s)


async def _fetched(subscription: "JetStreamContext.PullSubscription", wait_s: float) -> "list[Msg]":
    try:
        return await subscription.fetch(1, timeout=wait_s)
    except TimeoutError:
        return []
