"""Binds handlers to their durables through FastStream.

One subscriber takes one message at a time; a handler that may run N times at once gets N of
them. So no message ever waits in memory while its time to be acknowledged runs out (rule F4).
"""

import logging
from collections.abc import Iterable
from typing import Any

from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub

from common import connection
from common.boundary import Boundary
from common.delivery import Delivery
from common.settings import BusSettings

FETCH_TIMEOUT_S = 2.0


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
        for _ in range(workers):
            broker.subscriber(
                consumer.event.subject,
                stream=JStream(consumer.stream, declare=False),
                durable=consumer.durable,
                pull_sub=PullSub(batch_size=1, timeout=FETCH_TIMEOUT_S),
                ack_policy=AckPolicy.MANUAL,
            )(_taker(boundary))


def _taker(boundary: Boundary) -> Any:
    async def take(message: NatsMessage) -> None:
        await boundary.take(Delivery(message.raw_message))

    return take
