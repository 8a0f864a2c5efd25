"""A delivered message with the few things one may do to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog
from nats.errors import Error as NatsError

from common.faults import crash_at

if TYPE_CHECKING:
    from nats.aio.msg import Msg

log = structlog.get_logger("paperbus")

BURIED = "buried"
"""What the server is told, and tells, of a message whose dead letter is stored."""


class Delivery:
    """One delivery of one message. Settling never raises: what fails is redelivered."""

    def __init__(self, message: "Msg") -> None:
        self._message = message
        self.subject = message.subject
        self.body = message.data
        self.headers: dict[str, str] = dict(message.headers or {})
        self.delivered = message.metadata.num_delivered
        self.stream_seq = message.metadata.sequence.stream

    async def ack(self) -> None:
        """Settle as done and wait for the server to say so (rule N15)."""
        crash_at("before_ack")
        try:
            await self._message.ack_sync(timeout=5)
        except (NatsError, TimeoutError) as error:
            log.warning("ack_unanswered", subject=self.subject, error=repr(error))

    async def nak(self, delay_s: float) -> None:
        """Give the message back for ``delay_s`` seconds."""
        try:
            await self._message.nak(delay=max(0.05, delay_s))
        except (NatsError, TimeoutError) as error:
            log.warning("nak_failed", subject=self.subject, error=repr(error))

    async def term(self) -> None:
        """Never deliver the message again: its dead letter is stored."""
        try:
            # nats-py's own term() has no place for the reason, by which the reaper knows it.
            await self._message._client.publish(self._message.reply, f"+TERM {BURIED}".encode())
        except (NatsError, TimeoutError) as error:
            log.warning("term_failed", subject=self.subject, error=repr(error))

    @asynccontextmanager
    async def heartbeat(self, every_s: float) -> AsyncIterator[None]:
        """Tell the server every ``every_s`` seconds that the work goes on (rule N13)."""
        task = asyncio.create_task(self._beat(every_s))
        try:
            yield
        finally:
            task.cancel()

    async def _beat(self, every_s: float) -> None:
        while True:
            await asyncio.sleep(every_s)
            try:
                await self._message.in_progress()
            except (NatsError, TimeoutError) as error:
                log.warning("heartbeat_failed", subject=self.subject, error=repr(error))
