"""How much work waits for each service, asked of JetStream."""

import asyncio
from typing import TYPE_CHECKING

from nats.errors import Error as NatsError

from common import topology
from common.errors import Unavailable
from common.pauses import pause_of
from gateway.ports import Lag

if TYPE_CHECKING:
    from nats.js import JetStreamContext


async def lag(js: "JetStreamContext") -> list[Lag]:
    """One entry per durable consumer; raises Unavailable."""
    return list(await asyncio.gather(*(_one(js, one) for one in topology.CONSUMERS)))


async def _one(js: "JetStreamContext", consumer: topology.Consumer) -> Lag:
    try:
        info = await js.consumer_info(consumer.stream, consumer.durable)
    except (NatsError, TimeoutError) as error:
        raise Unavailable("nats", str(error) or type(error).__name__) from error
    return Lag(
        service=consumer.service,
        event=consumer.event.subject,
        waiting=info.num_pending or 0,
        in_work=info.num_ack_pending or 0,
        paused=pause_of(info),
    )
