"""The one place where a message is settled, whatever its handler does."""

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import structlog
from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode

from common import metrics, topology
from common.burial import Burial
from common.circuits import Circuits
from common.delivery import Delivery
from common.errors import UNREADABLE, ServiceError, Terminal, Unavailable
from common.events import Event
from common.faults import crash_at
from common.handlers import Binding, Result
from common.ids import now
from common.ledger import Ledger
from common.patience import Patience, until_stored
from common.redact import redacted
from common.settle import CRASH_LIMIT, settlement
from common.trace import context_of, tracer
from common.work import Work

if TYPE_CHECKING:
    from nats.js import JetStreamContext

log = structlog.get_logger("paperbus")

GIVE_BACK_S = 0.1


class Ended(NamedTuple):
    """How one delivery ended: done, already, lost, retry, dead or stopped."""

    outcome: str
    error: Exception | None = None


class Boundary:
    """Takes the messages of one durable: ledger, handler, batch, settlement."""

    def __init__(
        self,
        service: str,
        binding: Binding,
        ledger: Ledger,
        js: "JetStreamContext",
        *,
        circuits: Circuits | None = None,
    ) -> None:
        self.service = service
        self.consumer = binding.consumer
        self.stopping = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self._handle = binding.handle
        self._ledger = ledger
        self._circuits = circuits or Circuits()
        self._burial = Burial(service, ledger, js)
        self._decoder = msgspec.json.Decoder(binding.consumer.event)
        self._subject = binding.consumer.event.subject

    @property
    def in_work(self) -> int:
        """How many messages are being handled."""
        return len(self._running)

    def give_back(self) -> None:
        """Cancel what is in work; its messages are delivered again."""
        for task in self._running:
            task.cancel()

    async def take(self, delivery: Delivery) -> Ended:
        """Handle one delivered message to its end; raises nothing but CancelledError."""
        if self.stopping.is_set():
            await delivery.nak(GIVE_BACK_S)
            return Ended("stopped")
        started = time.perf_counter()
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        with metrics.IN_WORK.labels(self.service, self._subject).track_inprogress():
            try:
                async with delivery.heartbeat(topology.ACK_WAIT_S / 3):
                    ended = await self._read(delivery)
            except asyncio.CancelledError:
                await delivery.nak(GIVE_BACK_S)
                raise
            finally:
                self._running.discard(task)
        metrics.MESSAGES.labels(self.service, self._subject, ended.outcome).inc()
        if ended.outcome == "done":
            stage = self.consumer.row or self._subject
            metrics.STAGE_DURATION.labels(stage).observe(time.perf_counter() - started)
        return ended

    async def _read(self, delivery: Delivery) -> Ended:
        try:
            event = self._decoder.decode(delivery.body)
        except UNREADABLE as error:
            return await self._refused(delivery, error)
        work = Work(self.consumer, event, delivery, now())
        with tracer().start_as_current_span(
            f"process {self._subject}",
            context=context_of(event.trace),
            kind=SpanKind.CONSUMER,
            attributes=work.attributes(),
        ) as span:
            ended = await self._handled(work)
            span.set_attribute("paperbus.outcome", ended.outcome)
            if ended.error is not None:
                span.set_status(StatusCode.ERROR, redacted(str(ended.error))[:200])
        _report(work, ended)
        return ended

    async def _refused(self, delivery: Delivery, error: Exception) -> Ended:
        if await until_stored(lambda: self._burial.refuse(delivery, error), self.stopping):
            await delivery.term()
            return Ended("dead", error)
        await delivery.nak(GIVE_BACK_S)
        return Ended("retry", error)

    async def _handled(self, work: Work) -> Ended:
        patience = Patience(self._circuits, self.consumer.durable, self.stopping)
        try:
            await patience.until_done(lambda: self._look_up(work))
            if work.is_covered():
                await work.delivery.ack()
                return Ended("already")
            if work.delivery.delivered > CRASH_LIMIT:
                raise Terminal("its workers ended before it did, again and again", reason="crash")
            result = await patience.until_done(lambda: self._run(work))
            crash_at("after_effect")
            return await self._stored(work, result, patience)
        except Exception as error:  # noqa: BLE001  here every failure becomes a settlement
            return await self._failed(work, error)

    async def _look_up(self, work: Work) -> None:
        if work.has_row and isinstance(work.event, Event):
            work.entry = await self._ledger.read(work.event.paper, work.consumer.row or "")

    async def _run(self, work: Work) -> Result:
        crash_at("before_effect")
        async with asyncio.timeout(self.consumer.deadline_s):
            return await self._handle(work.event)

    async def _stored(self, work: Work, result: Result, patience: Patience) -> Ended:
        if work.has_row:
            row, facts = work.outcome(result)
            # Only the storing is tried again: the work itself may have been paid for.
            store = self._ledger.commit
            if not await patience.until_done(lambda: store(row, work.entry, *facts)):
                metrics.LOST_RACES.labels(self.service).inc()
                await patience.until_done(lambda: self._look_up(work))
                if not work.is_covered():
                    await work.delivery.nak(1.0)
                    return Ended("retry")
                await work.delivery.ack()
                return Ended("lost")
        await work.delivery.ack()
        return Ended("done")

    async def _failed(self, work: Work, error: Exception) -> Ended:
        trace.get_current_span().record_exception(error)
        if isinstance(error, Unavailable):  # only a stop lets this through
            await work.delivery.nak(GIVE_BACK_S)
            return Ended("retry", error)
        settled = settlement(error, work.delivery.delivered)
        if settled.verdict == "dead" and await self._buried(work, error, settled.reason):
            await work.delivery.term()
            return Ended("dead", error)
        await work.delivery.nak(settled.delay_s or 1.0)
        return Ended("retry", error)

    async def _buried(self, work: Work, error: Exception, reason: str) -> bool:
        async def bury() -> bool:
            if await self._burial.bury(work, error, reason):
                return True
            with suppress(ServiceError):
                await self._look_up(work)  # somebody may have been faster
            return work.is_covered()

        return await until_stored(bury, self.stopping)


def _report(work: Work, ended: Ended) -> None:
    """One line per handled message."""
    event = work.event
    about = {"paper": event.paper, "v": event.version} if isinstance(event, Event) else {}
    fields = {"on": event.subject, "try": work.delivery.delivered, **about}
    if ended.error is None:
        log.info(ended.outcome, **fields)
    elif isinstance(ended.error, ServiceError):
        log.warning(ended.outcome, error=redacted(str(ended.error)), **fields)
    else:
        log.error(ended.outcome, error=repr(ended.error), exc_info=ended.error, **fields)
