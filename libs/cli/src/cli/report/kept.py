"""Reports that were made: the record in KV ``operations``, the pages in the object store."""

import time
from typing import Protocol

import msgspec

from cli.report.figures import Report
from common.errors import Terminal, UsageError
from common.kv import Entry, Kv, key
from common.objectlist import listed
from common.objects import Objects
from common.papermeta import ObjectRef

BUCKET = "operations"
REPORT = "report"
"""First part of the keys, of the bucket and of the object store."""
TYPES = {
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
}
YOUNG_S = 86_400.0
"""A page that no record names may be one whose record is just being written."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One report; times are RFC 3339 UTC."""

    id: str
    at: str
    """When it was made."""
    period: str
    begins: str
    ends: str
    feed: str = ""
    version: str = ""
    announced: int = 0
    ready: int = 0
    dead: int = 0
    pages: dict[str, ObjectRef] = {}
    """By format."""


class Reading(Protocol):
    """A bucket, for reading."""

    async def items(self, prefix: str = "", /) -> list[tuple[str, Entry]]:
        """All keys with a prefix."""


def record_of(report: Report, version: str, pages: dict[str, ObjectRef]) -> Record:
    """What is kept of a report beside its pages."""
    figures = report.whole.now
    return Record(
        id=report.id,
        at=report.at,
        period=report.span.period,
        begins=report.span.begins,
        ends=report.span.ends,
        feed=report.feed,
        version=version,
        announced=figures.announced,
        ready=figures.ready,
        dead=figures.dead,
        pages=pages,
    )


async def put_pages(store: Objects, pages: dict[str, str]) -> dict[str, ObjectRef]:
    """Store each format. Raises Unavailable."""
    return {
        name: await store.put(REPORT, text.encode(), TYPES[name]) for name, text in pages.items()
    }


async def keep(kv: Kv, store: Objects, record: Record, most: int) -> None:
    """Store the record; the oldest beyond the limit go, and pages that no record names.

    Raises Unavailable.
    """
    await kv.put(key(REPORT, record.id), msgspec.json.encode(record))
    known = await read_all(kv)
    for old in known[:-most]:
        await kv.delete(key(REPORT, old.id))
    named = {ref.key for one in known[-most:] for ref in one.pages.values()}
    for page in await listed(store, f"{REPORT}/"):
        if page.key not in named and time.time() - page.changed_s > YOUNG_S:
            await store.remove(page.key)


async def read_all(kv: Reading) -> list[Record]:
    """All of them, the one made last at the end. Raises Unavailable."""
    items = await kv.items(f"{REPORT}.")
    found = [msgspec.json.decode(entry.value, type=Record) for _, entry in items]
    return sorted(found, key=lambda one: one.at)


async def one(kv: Reading, name: str) -> Record:
    """One by its id, or the newest by ``latest``; raises UsageError, Unavailable."""
    known = await read_all(kv)
    chosen = known[-1:] if name == "latest" else [one for one in known if one.id == name]
    if not chosen:
        words = f"there is no report {name[:60]!r}; `paperbus report list` shows those there are"
        raise UsageError("REPORT", words)
    return chosen[0]


async def page(store: Objects, record: Record, name: str) -> str:
    """One format of a report. Raises Terminal for a page that is gone, Unavailable."""
    body = await store.find(record.pages[name].key)
    if body is None:
        again = f"paperbus report {record.period} --day {record.begins[:10]}"
        raise Terminal(f"the page of {record.id} is gone; `{again}` makes it anew", reason="report")
    return body.decode()
