"""Which facts and requests the indexer works on."""

from typing import Protocol

from common.events import PaperFetched, ReconcileRequested, SummaryReady
from common.handlers import Done, Handlers, Result


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


def wire(indexer: Indexing, reconciler: Reconciling, *, workers: int) -> Handlers:
    """The handlers of the indexer."""
    handlers = Handlers("indexer")

    @handlers.on(PaperFetched, workers=workers)
    async def on_paper_fetched(event: PaperFetched) -> Result:
        return await indexer.index(event)

    @handlers.on(SummaryReady, workers=workers)
    async def on_summary_ready(event: SummaryReady) -> Done:
        return await indexer.show_summary(event)

    @handlers.on(ReconcileRequested)
    async def on_reconcile_requested(event: ReconcileRequested) -> None:
        await reconciler.run(event)

    return handlers
