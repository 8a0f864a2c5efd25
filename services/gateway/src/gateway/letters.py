"""Counts the dead letters that wait, for the metrics."""

import asyncio
from typing import TYPE_CHECKING

from nats.errors import Error as NatsError
from prometheus_client import Gauge

from common import topology

if TYPE_CHECKING:
    from nats.js import JetStreamContext

EVERY_S = 15.0
WAITING = Gauge("paperbus_dlq_messages", "Dead letters that were neither replayed nor dropped.")


async def count(js: "JetStreamContext", stopping: asyncio.Event) -> None:
    """Keep the gauge true until the stop; while the bus is away it keeps its last value."""
    while not stopping.is_set():
        try:
            info = await js.stream_info(topology.PAPERS, subjects_filter=f"{topology.DEAD}.>")
        except (NatsError, TimeoutError):
            pass
        else:
            WAITING.set(sum((info.state.subjects or {}).values()))
        try:
            await asyncio.wait_for(stopping.wait(), EVERY_S)
        except TimeoutError:
            continue
