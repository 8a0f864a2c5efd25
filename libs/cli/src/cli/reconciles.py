"""Runs of the reconciliation in words."""

from typing import Protocol

import msgspec

from common.kv import Entry
from common.reconciles import RUN, Record

MEANINGS = {
    "pdf_missing": "PDFs not in the store",
    "text_missing": "texts not in the store",
    "summary_missing": "summaries not in the store",
    "points_wrong": "papers wrong or missing in the index",
    "tldr_wrong": "summaries not shown in the index",
    "orphan": "papers in the index that the ledger does not know",
    "stuck": "papers that stood still",
}


class Bucket(Protocol):
    """The part of ``common.kv.Kv`` used here."""

    async def items(self, prefix: str = "", /) -> list[tuple[str, Entry]]:
        """All keys with a prefix."""


async def newest(bucket: Bucket) -> Record | None:
    """The run that was begun last; raises Unavailable."""
    items = await bucket.items(f"{RUN}.")
    runs = [msgspec.json.decode(entry.value, type=Record) for _, entry in items]
    return max(runs, key=lambda run: run.started, default=None)


def brief(record: Record | None) -> str:
    """When it ran, what it found and what it mended, in one sentence."""
    if record is None:
        return "has not run yet"
    if record.state == "running":
        return f"runs since {_clock(record.started)}: {record.stage}"
    parts = [f"{_clock(record.ended)}: {_verdict(record)}"]
    return "; ".join(parts + [record.note] * bool(record.note))


def _verdict(record: Record) -> str:
    if record.state != "ok":
        return record.state
    if not record.found:
        return "nothing was wrong"
    found = [f"{count} {MEANINGS.get(kind, kind)}" for kind, count in sorted(record.found.items())]
    mended, left = record.mended.values(), record.left.values()
    done = "only looked" if record.dry_run else f"{sum(mended)} mended, {sum(left)} left"
    return f"found {', '.join(found)}; {done}"


def _clock(at: str) -> str:
    return f"{at[:19]}Z"
