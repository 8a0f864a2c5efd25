"""Exports: the papers that fit, as a file in the object store."""

import asyncio
import gzip
import io
from collections.abc import Callable, Iterable, Iterator

import msgspec

from common.errors import Terminal
from common.jobs import Job
from common.jobwork import Told
from gateway import cards
from gateway.citing import formats
from gateway.citing.work import of_card
from gateway.jobs import papers
from gateway.jobs.params import ExportParams, parsed
from gateway.ports import Card, Stores

PREFIX = "export"
LINES = "jsonl"


class Form(msgspec.Struct, frozen=True):
    """What a file of one format is served as."""

    suffix: str
    media_type: str


FORMS = {
    LINES: Form("jsonl", "application/x-ndjson"),
    **{name: Form(one.suffix, one.media_type) for name, one in formats.FORMATS.items()},
}
"""What is here of a paper as lines of JSON, and the formats of citations."""


async def run(stores: Stores, job: Job, tell: Callable[[Told], None]) -> str:
    """Write the file; its key. Nothing can be seen of it before it is whole. Raises Unavailable."""
    params = parsed(job.params, ExportParams)
    which = papers.wanted(params)
    total = await papers.how_many(stores.index, which, params.limit)
    tell(Told("reading papers", 0, total))
    file, done = _File(params.format), 0
    async for page in papers.pages(stores.index, which, params.limit):
        file.add(page)
        done += len(page)
        tell(Told("reading papers", done, max(total, done)))
        await asyncio.sleep(0)
    if not done:
        raise Terminal("no paper fits, so there is nothing to export", reason="empty")
    tell(Told("storing the file", done, done))
    key = f"{PREFIX}/{job.id}-{job.attempts}.{FORMS[params.format].suffix}.gz"
    await stores.objects.put_at(key, file.packed(), "application/gzip")
    return key


class _File:
    """A packed file as it grows."""

    def __init__(self, name: str) -> None:
        self._form = formats.FORMATS.get(name)
        self._body = io.BytesIO()
        self._file = gzip.GzipFile(fileobj=self._body, mode="wb", compresslevel=5, mtime=0)
        self._next = self._form.head if self._form else ""

    def add(self, page: Iterable[Card]) -> None:
        """Write some papers."""
        self._file.write("".join(self._written(page)).encode())

    def _written(self, page: Iterable[Card]) -> Iterator[str]:
        for card in page:
            if self._form is None:
                yield msgspec.json.encode(cards.item(card)).decode() + "\n"
            else:
                yield self._next + self._form.one(of_card(card))
                self._next = self._form.between

    def packed(self) -> bytes:
        """The whole file."""
        self._file.write((self._form.tail if self._form else "").encode())
        self._file.close()
        return self._body.getvalue()
