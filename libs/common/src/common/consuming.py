"""Binds handlers to their durables through FastStream.

One subscriber takes one message at a time; a handler that may run N times at once gets N of
them. So no message ever waits in memory while its time to be acknowledged runs out (rule F4).
"""

import asyncio
import logging
from collections.abc import Iterable
from typing import Any

import structlog
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub
from nats.aio.client import Client
from nats.errors import Error as NatsError

from common import connection
from common.boundary import Boundary
from common.delivery import Delivery
from common.rights import inbox_of, user_of
from common.settings import BusSettings

log = structlog.get_logger("paperbus")

FETCH_TIMEOUT_S = 2.0
AWAY_S = 0.25
REFUSED_S = 1.0
SETTLE_S = 0.05


def broker_for(settings: BusSettings, service: str, **callbacks: Any) -> NatsBroker:
    """A broker with the settings of reliability section 14; nothing is sent yet."""
    return NatsBroker(
        **connection.options(settings, service),
        **callbacks,
        # The boundary reports what is handled; the broker only its own trouble.
        logger=logging.getLogger("paperbus.broker"),
        log_level=logging.DEBUG,
        apply_types=False,
        decoder=_undecoded,
        ack_policy=AckPolicy.MANUAL,
    )


async def _undecoded(message: NatsMessage) -> NatsMessage:
    return message


def bind(broker: NatsBroker, boundaries: Iterable[tuple[Boundary, int]]) -> None:
    """Let each boundary take the messages of its durable, so many at once."""
    for boundary, workers in boundaries:
        consumer = boundary.consumer
        inbox = f"{inbox_of(user_of(boundary.service))}."
        for _ in range(workers):
            broker.subscriber(
                consumer.event.subject,
                stream=JStream(consumer.stream, declare=False),
                durable=consumer.durable,
                pull_sub=PullSub(batch_size=1, timeout=FETCH_TIMEOUT_S),
                ack_policy=AckPolicy.MANUAL,
                inbox_prefix=inbox.encode(),  # the broker's own prefix is not used for pulls
            )(_taker(boundary))


async def start(broker: NatsBroker, stopping: asyncio.Event) -> None:
    """Begin to take, with sources that know when not to ask."""
    await broker.start()
    nc = await broker.connect()
    for subscriber in broker.subscribers:
        taking: Any = subscriber
        taking.subscription = Source(taking.subscription, nc, stopping)


async def stop_taking(broker: Any, nc: Client) -> None:
    """Have the server give nothing out any more; what it gave before has arrived by then."""
    for subscriber in broker.subscribers:
        subscription = subscriber.subscription
        if subscription is not None:
            await nc._send_unsubscribe(subscription._sub._id)
    await nc.flush()
    await asyncio.sleep(SETTLE_S)


class Source:
    """The pull subscription of one subscriber, asked only when an answer can come."""

    def __init__(self, subscription: Any, nc: Client, stopping: asyncio.Event) -> None:
        self._subscription = subscription
        self._nc = nc
        self._stopping = stopping

    def __getattr__(self, name: str) -> Any:
        return getattr(self._subscription, name)

    async def fetch(self, batch: int, timeout: float) -> list[Any]:
        """The next message, or none after a while; a stop holds it until it is cancelled."""
        if self._stopping.is_set():
            await asyncio.Event().wait()
        if not self._nc.is_connected:
            # What is asked while the bus is away is asked again and again when it is back, and
            # each of those questions would be answered by a message that nobody waits for.
            await asyncio.sleep(AWAY_S)
            return []
        try:
            found: list[Any] = await self._subscription.fetch(batch=batch, timeout=timeout)
        except TimeoutError:
            return []
        except NatsError as error:
            # A durable that is gone answers at once, so this would spin (rule F5).
            log.debug("fetch_failed", error=repr(error))
            await asyncio.sleep(REFUSED_S)
            return []
        return found


def _taker(boundary: Boundary) -> Any:
    async def take(message: NatsMessage) -> None:
        await boundary.take(Delivery(message.raw_message))

    return take
