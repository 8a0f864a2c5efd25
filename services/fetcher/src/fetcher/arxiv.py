"""What the fetcher asks of arXiv, over its three protocols."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import msgspec

from common.errors import Terminal
from common.paperid import PaperId
from common.xmltree import NotXml
from fetcher import atom, oai, rss
from fetcher.record import Record
from fetcher.web import Incomplete, Limits, ServerError, Web

T = TypeVar("T")
_TRIES = 3
_BETWEEN_TRIES_S = 1.0
_PDF_MAGIC = b"%PDF-"
_MAGIC_WITHIN = 1024
_FAILS_FOR_NOW = (Incomplete, ServerError, NotXml)


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """Where arXiv, or a stand-in, is."""

    oai: str
    api: str
    rss: str
    pdf: str


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """A ListRecords request: the start of a list, or a token to go on."""

    set_spec: str = ""
    since: str = ""
    token: str = ""


class NoPdf(Terminal):
    """arXiv has no PDF of this version."""


class NotPdf(Terminal):
    """What came is not a PDF."""


class Arxiv:
    """arXiv as a source."""

    def __init__(
        self, web: Web, addresses: Addresses, *, limits: Limits, pdf_limits: Limits
    ) -> None:
        self._web, self._at = web, addresses
        self._limits, self._pdf_limits = limits, pdf_limits

    async def list_records(self, listing: Listing) -> oai.Page:
        """One page of records with all their versions; raises BadToken, BadRequest."""
        if listing.token:
            params = {"verb": "ListRecords", "resumptionToken": listing.token}
        else:
            params = {"verb": "ListRecords", "metadataPrefix": "arXivRaw", "from": listing.since}
            params |= {"set": listing.set_spec} if listing.set_spec else {}
        at = self._at.oai
        return await self._ask(at, params, lambda body: oai.parse_page(body, source=at))

    async def by_ids(self, ids: Sequence[PaperId]) -> tuple[Record, ...]:
        """The records of at most 100 ids; unknown ones are absent. Raises QueryRefused."""
        wanted = ",".join(f"{i.local}v{i.version}" if i.version else i.local for i in ids)
        params = {"id_list": wanted, "start": "0", "max_results": str(len(ids))}
        at = self._at.api
        answer = await self._ask(at, params, lambda body: atom.parse_answer(body, source=at))
        return answer.records

    async def announced(self, categories: Sequence[str]) -> rss.Announced:
        """arXiv's list of the day for some categories or archives."""
        url = f"{self._at.rss}/{'+'.join(categories)}"
        return await self._ask(url, {}, lambda body: rss.parse_list(body, source=url))

    async def pdf(self, local: str, version: int) -> bytes:
        """The PDF; raises NoPdf, NotPdf, TooLarge, or after some tries Incomplete, ServerError."""
        url = f"{self._at.pdf}/{local}v{version}"
        return await tried(lambda: self._pdf_once(url), _FAILS_FOR_NOW)

    async def _pdf_once(self, url: str) -> bytes:
        answer = await self._web.get(url, {}, self._pdf_limits)
        if answer.status != 200:
            raise NoPdf(
                f"arXiv has no PDF of this version (status {answer.status})", reason="no_pdf"
            )
        if not is_pdf(answer.body):
            raise NotPdf(
                f"what came instead of the PDF is {kind_of(answer.body)}", reason="not_pdf"
            )
        return answer.body

    async def _ask(self, url: str, params: dict[str, str], parse: Callable[[bytes], T]) -> T:
        async def once() -> T:
            return parse((await self._web.get(url, params, self._limits)).body)

        return await tried(once, _FAILS_FOR_NOW)


async def tried(attempt: Callable[[], Awaitable[T]], passing: tuple[type[Exception], ...]) -> T:
    """The result of the first attempt that does not fail for now; the last failure is raised."""
    for number in range(1, _TRIES):
        try:
            return await attempt()
        except passing as error:
            if getattr(error, "delay_s", None) is not None:
                raise  # the source named a time; whoever called us keeps it
            await asyncio.sleep(_BETWEEN_TRIES_S * number)
    return await attempt()


def is_pdf(body: bytes) -> bool:
    """Whether the bytes say so; some writers put a little before the mark."""
    return _PDF_MAGIC in body[:_MAGIC_WITHIN]


def kind_of(body: bytes) -> str:
    """What a body that is no PDF looks like, in plain words."""
    head = body[:_MAGIC_WITHIN].lstrip().lower()
    if not head:
        return "empty"
    if head.startswith((b"<!doctype html", b"<html")) or b"<html" in head:
        return "an HTML page"
    for magic, name in (
        (b"%!ps", "PostScript"),
        (b"\x1f\x8b", "gzip"),
        (b"pk\x03\x04", "a ZIP file"),
        (b"<?xml", "XML"),
        (b"{", "JSON"),
    ):
        if head.startswith(magic):
            return name
    return "not a PDF"
