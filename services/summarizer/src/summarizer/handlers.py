"""Which facts and requests the summarizer works on."""

from typing import Protocol

import msgspec

from common.errors import Retryable, Terminal
from common.events import PaperEmbedded, SummaryReady, SummaryRequested
from common.handlers import Deferred, Done, Handlers
from common.jobwork import JobWork
from common.ledger import Entry, result_as
from common.undone import as_it_was

INDEXED = "indexer"
ROW = "summarizer"


class Rows(Protocol):
    """The part of ``common.ledger.Ledger`` used here."""

    async def read(self, paper: str, row: str, /) -> Entry | None:
        """The newest revision of a row."""
        ...


class Summarizing(Protocol):
    """The part of ``Recovering`` used here."""

    async def summarize(self, event: PaperEmbedded, *, model: str = "") -> SummaryReady | Deferred:
        """The fact that a summary exists, or a question to whoever has to go first."""
        ...


def wire(summarizer: Summarizing, rows: Rows, work: JobWork, *, workers: int) -> Handlers:
    """The handlers of the summarizer."""
    handlers = Handlers("summarizer")

    @handlers.on(PaperEmbedded, workers=workers)
    async def on_paper_embedded(event: PaperEmbedded) -> SummaryReady | Deferred:
        return await summarizer.summarize(event)

    @handlers.on(SummaryRequested, workers=workers)
    async def on_summary_requested(event: SummaryRequested) -> SummaryReady | Done | Deferred:
        async def summarize() -> SummaryReady | Deferred:
            embedded = indexed(await rows.read(event.paper, INDEXED), event.paper, event.version)
            return await summarizer.summarize(embedded, model=event.model)

        made = await work.unless_cancelled(event.job, summarize)
        return made or _before(await rows.read(event.paper, ROW), event)

    return handlers


def _before(entry: Entry | None, event: SummaryRequested) -> SummaryReady | Done:
    found = as_it_was(entry, event, SummaryReady)
    return found if isinstance(found, Done) else msgspec.structs.replace(found, cached=True)


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
