"""Turns what the server gave up into dead letters, so that nothing is stuck unseen (rule N17).

A worker that is killed with every delivery, or a message that someone terminated by hand, ends
without any code of ours seeing it; only an advisory tells.
"""

import asyncio
from typing import TYPE_CHECKING

import msgspec
import structlog
from nats.errors import Error as NatsError

from common import metrics, topology
from common.advisories import Advisory, Reaper
from common.batch import Draft, publish_one
from common.delivery import BURIED, Delivery
from common.errorbook.occurrence import Occurrence, happened
from common.errors import UNREADABLE, ServiceError
from common.events import Event
from common.ids import now
from common.ledger import STREAM, Entry, Ledger, Row
from common.letters.letter import decoded, letter, lineage_of
from common.pulling import pull
from common.redact import redacted
from common.stream import Stored, by_sequence
from common.topology import Consumer

if TYPE_CHECKING:
    from nats.js import JetStreamContext

log = structlog.get_logger("paperbus")

IDLE_S = 2.0
AGAIN_S = 10.0
TRIES = 5
GONE = "; the message itself is gone from the stream"


class Undertaker:
    """Buries what the server gave up of one service."""

    def __init__(self, reaper: Reaper, ledger: Ledger, js: "JetStreamContext") -> None:
        self._reaper = reaper
        self._ledger = ledger
        self._js = js
        self._consumers = {one.durable: one for one in topology.consumers_of(reaper.service)}

    async def run(self) -> None:
        """Hear advisories for ever; a bus that is away is waited for."""
        never = asyncio.Event()
        await pull(self._js, self._reaper, take=self._take, stopping=never, idle_s=IDLE_S)

    async def _take(self, delivery: Delivery) -> None:
        try:
            advisory = msgspec.json.decode(delivery.body, type=Advisory)
            await self.reap(advisory)
        except UNREADABLE as error:
            log.error("advisory_unreadable", seq=delivery.stream_seq, error=str(error))
        except ServiceError as error:
            log.warning("reaper_waits", error=str(error))
            await delivery.nak(AGAIN_S)
            return
        await delivery.ack()

    async def reap(self, advisory: Advisory) -> bool:
        """Row ``dead`` and letter in one batch, unless the work had ended; whether it did so."""
        consumer = self._consumers.get(advisory.consumer)
        if consumer is None or advisory.reason == BURIED:
            return False
        stored = await by_sequence(self._js, advisory.stream, advisory.stream_seq)
        buried = await self._bury(consumer, advisory, stored)
        if stored is not None and advisory.stream == topology.REQUESTS:
            await self._take_out(advisory)
        if buried:
            happened(Occurrence(event=f"dead: {advisory.ended}"))
            log.warning("reaped", durable=advisory.consumer, seq=advisory.stream_seq)
            metrics.DEAD_LETTERS.labels(consumer.service, advisory.ended).inc()
        return buried

    async def _bury(self, consumer: Consumer, advisory: Advisory, stored: Stored | None) -> bool:
        subject = stored.subject if stored else consumer.event.subject
        event = decoded(consumer.event.subject, stored.body) if stored else None
        dead = _letter(consumer, advisory, stored, event.trace if event else "")
        if not isinstance(event, Event) or consumer.row is None:
            await publish_one(self._js, STREAM, dead)
            return True
        replay = subject != consumer.event.subject or consumer.stream != STREAM
        for _ in range(TRIES):
            entry = await self._ledger.read(event.paper, consumer.row)
            if entry is not None and entry.row.covers(event.version, event.epoch, replay=replay):
                return False
            row = _row(consumer, advisory, event, entry)
            if await self._ledger.commit(row, entry, dead):
                return True
        raise ServiceError(f"the row of {event.paper} changes all the time")

    async def _take_out(self, advisory: Advisory) -> None:
        """A work queue keeps what it no longer delivers for ever."""
        try:
            await self._js.delete_msg(advisory.stream, advisory.stream_seq)
        except (NatsError, TimeoutError) as error:
            log.warning("request_stays", seq=advisory.stream_seq, error=str(error))


def _words(advisory: Advisory) -> str:
    said = f": {advisory.reason}" if advisory.reason else ""
    return f"the server gave it up after {advisory.deliveries} deliveries{said}"


def _letter(consumer: Consumer, advisory: Advisory, stored: Stored | None, trace: str) -> Draft:
    why = {
        **(lineage_of(stored.headers) if stored else {}),
        "class": "Advisory",
        "reason": advisory.ended,
        "error": _words(advisory) + ("" if stored else GONE),
        "attempts": str(advisory.deliveries),
        "seq": str(advisory.stream_seq),
    }
    subject = stored.subject if stored else consumer.event.subject
    body = stored.body if stored else b""
    return letter(subject, body, service=consumer.service, why=why, trace=trace)


def _row(consumer: Consumer, advisory: Advisory, event: Event, entry: Entry | None) -> Row:
    return Row(
        paper=event.paper,
        row=consumer.row or "",
        state="dead",
        version=event.version,
        epoch=event.epoch,
        at=now(),
        started=entry.row.started if entry else "",
        attempts=advisory.deliveries,
        reason=advisory.ended,
        error=redacted(_words(advisory)),
        cause=event.event_id,
        trace=event.trace,
    )
