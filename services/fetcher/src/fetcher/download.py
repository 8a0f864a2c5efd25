"""The full text of an announced paper: wanted, allowed, fetched, stored; or why not."""

from collections.abc import Mapping
from typing import Protocol

import structlog

from common.errors import Retryable, Terminal
from common.events import ObjectRef, PaperAnnounced, PaperFetched
from common.paperid import PaperId
from fetcher.arxiv import NoPdf, NotPdf
from fetcher.feeds import ArxivFeed, Feed
from fetcher.ports import Objects
from fetcher.web import Forbidden, Incomplete, ServerError, TooLarge

log = structlog.get_logger("paperbus")

PREFIX = "pdf"
_GIVEN_UP = (NoPdf, NotPdf, TooLarge, Incomplete, Forbidden)


class Pdfs(Protocol):
    """Gives PDFs."""

    async def pdf(self, local: str, version: int) -> bytes:
        """The PDF of a version; raises one of the errors that mean there will be none."""


class Downloads:
    """Turns announcements into fetched papers."""

    def __init__(
        self, source: Pdfs, objects: Objects, feeds: Mapping[str, Feed], *, by_default: bool
    ) -> None:
        self._source, self._objects = source, objects
        self._feeds, self._by_default = feeds, by_default

    async def fetch(self, event: PaperAnnounced) -> PaperFetched:
        """The paper with its PDF in the object store, or with a note why there is none.

        Raises Unavailable while arXiv or the store does not answer.
        """
        if event.pdf is not None:
            return self._fetched(event, event.pdf)
        if why := self._unwanted(event):
            return self._fetched(event, None, why)
        try:
            body = await self._source.pdf(PaperId(event.paper).local, event.version)
        except ServerError as error:
            if error.delay_s is not None:
                raise
            return self._given_up(event, error)
        except _GIVEN_UP as error:
            return self._given_up(event, error)
        return self._fetched(event, await self._objects.put(PREFIX, body, "application/pdf"))

    def _unwanted(self, event: PaperAnnounced) -> str:
        if event.meta.withdrawn:
            return "withdrawn: this version has no full text"
        if PaperId(event.paper).scheme != "arxiv":
            return "no full text: the source gave only metadata"
        wishes = [
            f.download_pdf
            for name in event.meta.feeds
            if isinstance(f := self._feeds.get(name), ArxivFeed)
        ]
        wanted = "all" in wishes if wishes else self._by_default
        return "" if wanted else "no full text: the feed does not download PDFs"

    def _given_up(self, event: PaperAnnounced, error: Terminal | Retryable) -> PaperFetched:
        log.warning("no_pdf", paper=event.paper, version=event.version, error=str(error))
        return self._fetched(event, None, _note(error))

    @staticmethod
    def _fetched(event: PaperAnnounced, pdf: ObjectRef | None, *notes: str) -> PaperFetched:
        return PaperFetched(
            paper=event.paper,
            version=event.version,
            epoch=event.epoch,
            meta=event.meta,
            pdf=pdf,
            notes=notes,
            announced_at=event.at,
        )


def _note(error: Terminal | Retryable) -> str:
    """In plain words; addresses stay in the log."""
    if isinstance(error, TooLarge):
        return f"no full text: the PDF has more than {error.limit_bytes / 1e6:g} MB"
    if isinstance(error, Incomplete):
        return "no full text: the PDF could not be downloaded completely"
    if isinstance(error, ServerError):
        return "no full text: arXiv failed to give the PDF"
    if isinstance(error, Forbidden):
        return "no full text: the PDF's address leads elsewhere"
    return f"no full text: {error}"
