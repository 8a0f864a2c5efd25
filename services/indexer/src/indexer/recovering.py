"""Indexing that brings back what was lost: a PDF, a collection, a summary shown before."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

import msgspec

from common.errors import Unavailable, UsageError
from common.events import PaperEmbedded, PaperFetched, SummaryReady
from common.handlers import Deferred, Done, Result
from common.ledger import Entry, result_as
from common.objects import ObjectMissing
from common.retrying import Retrying, Step, announcement
from common.vectors import DEPENDENCY

OWN, SUMMARIZED = "indexer", "summarizer"
LOST = "indexed from the abstract: its PDF was lost and could not be had again"


class Indexing(Protocol):
    """The part of ``Indexer`` used here."""

    async def index(self, event: PaperFetched) -> PaperEmbedded | Done:
        """Make the paper findable; raises ObjectMissing when its PDF is gone."""

    async def show_summary(self, event: SummaryReady) -> Done:
        """Show the short summary wherever the paper is found."""


class Rows(Protocol):
    """The part of ``common.ledger.Ledger`` used here."""

    async def read(self, paper: str, row: str) -> Entry | None:
        """The newest revision of a row."""


class Recovering:
    """Wraps an Indexer; ``mend`` makes collections that are missing."""

    def __init__(
        self,
        indexer: Indexing,
        rows: Rows,
        retrying: Retrying,
        mend: Callable[[], Awaitable[None]],
    ) -> None:
        self._indexer = indexer
        self._rows = rows
        self._retrying = retrying
        self._mend = mend

    async def index(self, event: PaperFetched) -> Result:
        """As ``Indexer.index``; for a PDF that is gone the fetcher is asked, once."""
        try:
            done: Result = await self._indexer.index(event)
        except ObjectMissing:
            done = await self._without_pdf(event)
        except Unavailable as error:
            if error.dependency == DEPENDENCY:
                with suppress(Unavailable, UsageError):
                    await self._mend()
            raise
        if event.epoch and isinstance(done, PaperEmbedded):
            await self._show_again(event)
        return done

    async def show_summary(self, event: SummaryReady) -> Done:
        """As ``Indexer.show_summary``."""
        return await self._indexer.show_summary(event)

    async def _without_pdf(self, event: PaperFetched) -> Result:
        own = await self._rows.read(event.paper, OWN)
        waited = own is not None and (own.row.version, own.row.state) == (event.version, "waiting")
        if not waited:
            step = Step("fetcher", announcement(event), above=event.epoch)
            return Deferred(reason="pdf_missing", ask=await self._retrying.question(step))
        done = await self._indexer.index(msgspec.structs.replace(event, pdf=None))
        if isinstance(done, PaperEmbedded):
            return msgspec.structs.replace(done, notes=(*done.notes, LOST))
        return done

    async def _show_again(self, event: PaperFetched) -> None:
        """Points that were lost had lost their summary too."""
        entry = await self._rows.read(event.paper, SUMMARIZED)
        if entry is None or (entry.row.version, entry.row.state) != (event.version, "done"):
            return
        summary: SummaryReady | None = result_as(entry, SummaryReady)
        if summary is not None:
            await self._indexer.show_summary(summary)
