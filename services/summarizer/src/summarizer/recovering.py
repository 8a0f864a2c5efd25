"""Summaries that do not die of a text that is gone: the indexer is asked for it."""

from typing import Protocol

from common.events import PaperEmbedded, PaperFetched, SummaryReady
from common.handlers import Deferred
from common.ledger import Entry, result_as
from common.objects import ObjectMissing
from common.retrying import Retrying, Step

OWN, FETCHED = "summarizer", "fetcher"


class Summarizing(Protocol):
    """The part of ``Summarizer`` used here."""

    async def summarize(self, event: PaperEmbedded, *, model: str = "") -> SummaryReady:
        """The fact that a summary exists; raises ObjectMissing when the text is gone."""
        ...


class Rows(Protocol):
    """The part of ``common.ledger.Ledger`` used here."""

    async def read(self, paper: str, row: str, /) -> Entry | None:
        """The newest revision of a row."""
        ...


class Recovering:
    """Wraps a Summarizer."""

    def __init__(self, summarizer: Summarizing, rows: Rows, retrying: Retrying) -> None:
        self._summarizer = summarizer
        self._rows = rows
        self._retrying = retrying

    async def summarize(self, event: PaperEmbedded, *, model: str = "") -> SummaryReady | Deferred:
        """As ``Summarizer.summarize``; a text that is lost again and again still raises."""
        try:
            return await self._summarizer.summarize(event, model=model)
        except ObjectMissing:
            question = await self._question(event)
            if question is None:
                raise
            return question

    async def _question(self, event: PaperEmbedded) -> Deferred | None:
        own = await self._rows.read(event.paper, OWN)
        if own is not None and (own.row.version, own.row.state) == (event.version, "waiting"):
            return None
        entry = await self._rows.read(event.paper, FETCHED)
        if entry is None or (entry.row.version, entry.row.state) != (event.version, "done"):
            return None
        fetched: PaperFetched | None = result_as(entry, PaperFetched)
        if fetched is None:
            return None
        # A request by a person may carry an epoch one over that of the row.
        above = max(event.epoch, own.row.epoch + 1 if own is not None else 0)
        question = await self._retrying.question(Step("indexer", fetched, above))
        return Deferred(reason="text_missing", ask=question)
