"""Papers asked for by id overtake the queue of downloads: they are fetched at once."""

from typing import NamedTuple

import msgspec
from opentelemetry.trace import SpanKind

from common.batch import size_of
from common.events import ObjectRef, PaperAnnounced, PaperFetched
from common.ids import now
from common.ledger import Entry, Ledger, Row, draft_of, result_as, stamp
from common.topology import MAX_ANNOUNCED_BYTES
from common.trace import context_of, current_traceparent, tracer
from fetcher.announce import ROW, Announcer, Outcome, is_known
from fetcher.download import Downloads
from fetcher.record import Record

ROOM_BYTES = 1024
"""For what an announcement is given beside its record: file, identity, time, headers."""


class Ahead(NamedTuple):
    """Meets ``Announcer``: the paper is in the object store when this returns.

    The file comes before the announcement, so that whoever takes the announcement from the queue
    finds it done and does not ask the source a second time.
    """

    ledger: Ledger
    announcer: Announcer
    downloads: Downloads

    async def announce(
        self, record: Record, *, pdf: ObjectRef | None = None, refetch: bool = False
    ) -> Outcome:
        """Fetch and announce a record, or hurry one that waits in the queue."""
        known = await self.ledger.read(record.paper, ROW)
        if known is not None and is_known(known.row, record.version, refetch=refetch):
            await self._hurry(known, None)
            return "had"
        found = PaperAnnounced(
            paper=record.paper, version=record.version, meta=record.meta, pdf=pdf
        )
        if size_of(draft_of(found), {}) > MAX_ANNOUNCED_BYTES - ROOM_BYTES:
            return await self.announcer.announce(record, pdf=pdf, refetch=refetch)
        fetched = await self.downloads.fetch(found)
        outcome = await self.announcer.announce(record, pdf=fetched.pdf, refetch=refetch)
        waiting = await self.ledger.read(record.paper, ROW)
        if outcome != "had" and waiting is not None:
            await self._hurry(waiting, fetched)
        return outcome

    async def _hurry(self, waiting: Entry, fetched: PaperFetched | None) -> None:
        """End what is announced only; whoever was faster is right."""
        event: PaperAnnounced | None = result_as(waiting, PaperAnnounced)
        if waiting.row.state != "announced" or event is None:
            return
        started = now()
        with tracer().start_as_current_span(
            f"process {event.subject}",
            context=context_of(event.trace),
            kind=SpanKind.CONSUMER,
            attributes={"paperbus.paper": event.paper, "paperbus.version": event.version},
        ):
            made = fetched or await self.downloads.fetch(event)
            await self._store(waiting, event, made, started)

    async def _store(
        self, waiting: Entry, event: PaperAnnounced, made: PaperFetched, started: str
    ) -> None:
        epoch = event.epoch
        again = msgspec.structs.replace(made, epoch=epoch, announced_at=event.at)
        fact = stamp(again, current_traceparent())
        row = Row(
            paper=event.paper,
            row=ROW,
            state="done",
            version=event.version,
            epoch=epoch,
            at=now(),
            started=started,
            cause=event.event_id,
            trace=fact.trace,
            notes=made.notes,
            result=msgspec.Raw(msgspec.json.encode(fact)),
        )
        await self.ledger.commit(row, waiting, draft_of(fact))
