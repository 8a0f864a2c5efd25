"""Which facts and requests the summarizer works on."""

from typing import Protocol

from common.errors import Retryable, Terminal
from common.events import PaperEmbedded, SummaryReady, SummaryRequested
from common.handlers import Handlers
from common.ledger import Entry, result_as
from summarizer.summarize import Summarizer

INDEXED = "indexer"


class Rows(Protocol):
    """The part of ``common.ledger.Ledger`` used here."""

    async def read(self, paper: str, row: str, /) -> Entry | None:
        """The newest revision of a row."""
        ...


def wire(summarizer: Summarizer, rows: Rows, *, workers: int) -> Handlers:
    """The handlers of the summarizer."""
    handlers = Handlers("summarizer")

    @handlers.on(PaperEmbedded, workers=workers)
    async def on_paper_embedded(event: PaperEmbedded) -> SummaryReady:
        return await summarizer.summarize(event)

    @handlers.on(SummaryRequested, workers=workers)
    async def on_summary_requested(event: SummaryRequested) -> SummaryReady:
        embedded = indexed(await rows.read(event.paper, INDEXED), event.paper, event.version)
        return await summarizer.summarize(embedded, model=event.model)

    return handlers


def indexed(entry: Entry | None, paper: str, version: int = 0) -> PaperEmbedded:
    """The fact kept on an indexer row; ``version`` 0 takes any. Raises Terminal or Retryable."""
    embedded: PaperEmbedded | None = result_as(entry, PaperEmbedded)
    if embedded is None:
        raise Terminal(f"{paper} is not indexed, so there is no text", reason="not_indexed")
    if version and embedded.version < version:
        raise Retryable(f"{paper} v{version} is not indexed yet", delay_s=30)
    if version and embedded.version > version:
        raise Terminal(f"{paper} v{version} was replaced by a newer one", reason="superseded")
    return embedded
