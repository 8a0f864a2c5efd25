"""Set a found paper against the ledger and announce what is new."""

from typing import Generic, Literal, Protocol

from common.events import ObjectRef, PaperAnnounced
from common.jobwork import current
from fetcher.metrics import ANNOUNCED
from fetcher.ports import EntryT, Ledger, Row
from fetcher.record import Record

ROW = "fetcher"
Outcome = Literal["new", "replaced", "had"]


def is_known(row: Row, version: int, *, refetch: bool) -> bool:
    """Whether nothing is to be announced; what was cancelled with its job is found again.

    A row cancelled for a reason stays as it is: a person dropped the paper itself.
    """
    if row.version != version:
        return row.version > version
    return not refetch and not (row.state == "cancelled" and not row.reason)


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
            if is_known(previous.row, record.version, refetch=refetch):
                return "had"
            if previous.row.version == record.version:
                epoch = previous.row.epoch + 1
            outcome = "replaced"
        following = current()
        event = PaperAnnounced(
            paper=record.paper,
            version=record.version,
            epoch=epoch,
            meta=record.meta,
            pdf=pdf,
            job=following.job,
        )
        if not await self._ledger.announce(event, previous):
            return "had"
        following.announced.append(event)
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
