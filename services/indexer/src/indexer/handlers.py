"""Which facts the indexer works on."""

from common.events import PaperFetched, SummaryReady
from common.handlers import Done, Handlers, Result
from indexer.indexing import Indexer


def wire(indexer: Indexer, *, workers: int) -> Handlers:
    """The handlers of the indexer."""
    handlers = Handlers("indexer")

    @handlers.on(PaperFetched, workers=workers)
    async def on_paper_fetched(event: PaperFetched) -> Result:
        return await indexer.index(event)

    @handlers.on(SummaryReady, workers=workers)
    async def on_summary_ready(event: SummaryReady) -> Done:
        return await indexer.show_summary(event)

    return handlers
