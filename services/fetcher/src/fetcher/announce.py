"""Set a found paper against the ledger and announce what is new."""

from typing import Generic, Literal, Protocol

from common.events import ObjectRef, PaperAnnounced
from fetcher.metrics import ANNOUNCED
from fetcher.ports import EntryT, Ledger
from fetcher.record import Record

ROW = "fetcher"
Outcome = Literal["new", "replaced", "had"]


class Announcer(Protocol):
    """Announces a record unless it is known."""

    async def announce(
        self, record: Record, *, pdf: ObjectRef | None = None, refetch: bool = False
    ) -> Outcome:
        """What became of it."""


class LedgerAnnouncer(Generic[EntryT]):
    """States announcements in the ledger; the guard makes racing replicas harmless."""

    def __init__(self, ledger: Ledger[EntryT]) -> None:
        self._ledger = ledger

    async def announce(
        self, record: Record, *, pdf: ObjectRef | None = None, refetch: bool = False
    ) -> Outcome:
        """Announce a new paper or version; a known one only again when ``refetch``.

        Raises Unavailable, and Terminal when the event is too large.
        """
        previous = await self._ledger.read(record.paper, ROW)
        outcome: Outcome = "new"
        epoch = 0
        if previous is not None:
            if previous.row.version > record.version:
                return "had"
            if previous.row.version == record.version:
                if not refetch:
                    return "had"
                epoch = previous.row.epoch + 1
            outcome = "replaced"
        event = PaperAnnounced(
            paper=record.paper, version=record.version, epoch=epoch, meta=record.meta, pdf=pdf
        )
        if not await self._ledger.announce(event, previous):
            return "had"
        ANNOUNCED.labels(record.meta.source).inc()
        return outcome


class Rehearsal:
    """Announces nothing and remembers what would have been announced."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    async def announce(
        self, record: Record, *, pdf: ObjectRef | None = None, refetch: bool = False
    ) -> Outcome:
        """Keep the record as new, once."""
        del pdf, refetch
        if any(known.paper == record.paper for known in self.records):
            return "had"
        self.records.append(record)
        return "new"
