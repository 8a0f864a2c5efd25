"""Runs of the reconciliation, as the indexer keeps them."""

from typing import Protocol

import msgspec

from common.kv import Entry

BUCKET = "reconciles"
RUN = "run"
MEANINGS = {
    "pdf_missing": "PDFs not in the store",
    "text_missing": "texts not in the store",
    "summary_missing": "summaries not in the store",
    "points_wrong": "papers wrong or missing in the index",
    "tldr_wrong": "summaries not shown in the index",
    "orphan": "papers in the index that the ledger does not know",
    "stuck": "papers that stood still",
}


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the indexer keeps about a run, as far as it is shown."""

    id: str
    state: str = "running"
    stage: str = ""
    dry_run: bool = False
    started: str = ""
    ended: str = ""
    papers: int = 0
    objects: int = 0
    indexed: int = 0
    found: dict[str, int] = {}
    mended: dict[str, int] = {}
    left: dict[str, int] = {}
    examples: tuple[str, ...] = ()
    note: str = ""

    @property
    def is_fine(self) -> bool:
        """Whether nothing is wrong now."""
        wrong = self.found if self.dry_run else self.left
        return self.state == "ok" and not wrong


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
