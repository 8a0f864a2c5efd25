"""Which facts and requests the indexer works on."""

from typing import NamedTuple, Protocol

from common.events import (
    IndexRequested,
    PaperEmbedded,
    PaperFetched,
    ReconcileRequested,
    SummaryReady,
)
from common.handlers import Done, Handlers, Result
from common.jobwork import JobWork
from common.ledger import Entry
from common.undone import as_it_was

ROW = "indexer"


class Rows(Protocol):
    """The part of ``common.ledger.Ledger`` used here."""

    async def read(self, paper: str, row: str, /) -> Entry | None:
        """The newest revision of a row."""
        ...


class Indexing(Protocol):
    """The part of ``Recovering`` used here."""

    async def index(self, event: PaperFetched) -> Result:
        """Make the paper findable."""

    async def show_summary(self, event: SummaryReady) -> Done:
        """Show the short summary wherever the paper is found."""


class Reconciling(Protocol):
    """The part of ``Reconciler`` used here."""

    async def run(self, request: ReconcileRequested) -> object:
        """Compare ledger, objects and index, and mend what differs."""


class Asked(NamedTuple):
    """What requests of people need beyond the others."""

    work: JobWork
    rows: Rows


def wire(indexer: Indexing, reconciler: Reconciling, asked: Asked, *, workers: int) -> Handlers:
    """The handlers of the indexer."""
    handlers = Handlers("indexer")

    @handlers.on(PaperFetched, workers=workers)
    async def on_paper_fetched(event: PaperFetched) -> Result:
        return await indexer.index(event)

    @handlers.on(IndexRequested, workers=workers)
    async def on_index_requested(event: IndexRequested) -> Result:
        made = await asked.work.unless_cancelled(event.job, lambda: indexer.index(event))
        if made is not None:
            return made
        return as_it_was(await asked.rows.read(event.paper, ROW), event, PaperEmbedded)

    @handlers.on(SummaryReady, workers=workers)
    async def on_summary_ready(event: SummaryReady) -> Done:
        return await indexer.show_summary(event)

    @handlers.on(ReconcileRequested)
    async def on_reconcile_requested(event: ReconcileRequested) -> None:
        await reconciler.run(event)

    return handlers
