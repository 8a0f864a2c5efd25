"""Exports: the papers that fit, as a file in the object store."""

import asyncio
import csv
import gzip
import io
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from common.errors import Terminal
from common.events import PaperMeta
from common.jobs import Job
from common.jobwork import Told
from gateway import bibtex, cards, timeline
from gateway.jobs import papers
from gateway.jobs.params import ExportParams, parsed
from gateway.ports import Card, Stores

PREFIX = "export"
AT_ONCE = 16
COLUMNS = (
    *("id", "version", "title", "authors", "categories", "announced", "submitted"),
    *("tldr", "full_text", "has_pdf", "withdrawn", "url"),
)


class Kind(NamedTuple):
    """What a file of one format is called and served as."""

    suffix: str
    media_type: str


KINDS: dict[str, Kind] = {
    "jsonl": Kind("jsonl", "application/x-ndjson"),
    "csv": Kind("csv", "text/csv"),
    "bibtex": Kind("bib", "application/x-bibtex"),
}


async def run(stores: Stores, job: Job, tell: Callable[[Told], None]) -> str:
    """Write the file; its key. Nothing can be seen of it before it is whole. Raises Unavailable."""
    params = parsed(job.params, ExportParams)
    which = papers.wanted(params)
    total = await papers.how_many(stores.index, which, params.limit)
    tell(Told("reading papers", 0, total))
    lines, done = _Lines(stores, params.format), 0
    async for page in papers.pages(stores.index, which, params.limit):
        await lines.add(page)
        done += len(page)
        tell(Told("reading papers", done, max(total, done)))
        await asyncio.sleep(0)
    if not done:
        raise Terminal("no paper fits, so there is nothing to export", reason="empty")
    tell(Told("storing the file", done, done))
    key = f"{PREFIX}/{job.id}-{job.attempts}.{KINDS[params.format].suffix}.gz"
    await stores.objects.put_at(key, lines.packed(), "application/gzip")
    return key


class _Lines:
    """A packed file as it grows."""

    def __init__(self, stores: Stores, form: str) -> None:
        self._stores, self._form = stores, form
        self._body = io.BytesIO()
        self._file = gzip.GzipFile(fileobj=self._body, mode="wb", compresslevel=5, mtime=0)
        self._keys = bibtex.Keys()
        if form == "csv":
            self._file.write((",".join(COLUMNS) + "\r\n").encode())

    async def add(self, page: list[Card]) -> None:
        """Write some papers."""
        if self._form == "bibtex":
            text = await self._bibtex(page)
        elif self._form == "csv":
            text = _csv(page)
        else:
            text = b"".join(msgspec.json.encode(cards.item(card)) + b"\n" for card in page)
        self._file.write(text)

    async def _bibtex(self, page: list[Card]) -> bytes:
        metas: list[PaperMeta | None] = []
        for start in range(0, len(page), AT_ONCE):
            some = page[start : start + AT_ONCE]
            metas += await asyncio.gather(*(self._meta(card.paper) for card in some))
        pairs = zip(page, metas, strict=True)
        return "\n".join(bibtex.entry(card, meta, self._keys) for card, meta in pairs).encode()

    async def _meta(self, paper: str) -> PaperMeta | None:
        found = timeline.newest_meta(timeline.rows_of(await self._stores.ledger.timeline(paper)))
        return found[1] if found else None

    def packed(self) -> bytes:
        """The whole file."""
        self._file.close()
        return self._body.getvalue()


def _csv(page: list[Card]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    for card in page:
        item = cards.item(card)
        row: dict[str, Any] = {name: getattr(item, name, "") for name in COLUMNS}
        row |= {
            "authors": "; ".join(card.authors),
            "categories": " ".join(card.categories),
            "submitted": card.submitted,
            "url": item.links.source_abs or item.links.doi,
        }
        writer.writerow(_safe(row[name]) for name in COLUMNS)
    return text.getvalue().encode()


def _safe(value: Any) -> str:
    """A cell no spreadsheet takes for a formula."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
