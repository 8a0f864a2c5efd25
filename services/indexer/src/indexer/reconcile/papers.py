"""What the ledger says of each paper, as far as objects and points follow from it. Pure."""

from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

import msgspec

from common.errors import UNREADABLE
from common.events import ObjectRef
from common.ledger import Entry, Row

FETCHED, INDEXED, SUMMARIZED, SHOWN = "fetcher", "indexer", "summarizer", "indexer-summary"


class Mark(NamedTuple):
    """Where a row stands."""

    seq: int
    state: str
    version: int
    epoch: int
    at: str


class _Meta(msgspec.Struct):
    withdrawn: bool = False


class _Fetched(msgspec.Struct):
    pdf: ObjectRef | None = None


class _Embedded(msgspec.Struct):
    text: ObjectRef
    meta: _Meta
    passages: int


class _Summarized(msgspec.Struct):
    summary: ObjectRef
    tldr: str
    model: str
    cost_usd: float = 0.0


T = TypeVar("T", _Fetched, _Embedded, _Summarized)


@dataclass
class Paper:
    """The rows of one paper and what they promise."""

    name: str
    marks: dict[str, Mark] = field(default_factory=dict)
    fetched: _Fetched | None = None
    embedded: _Embedded | None = None
    summarized: _Summarized | None = None

    def take(self, entry: Entry) -> None:
        """Learn of a revision of a row, in stream order."""
        row = entry.row
        self.marks[row.row] = Mark(entry.seq, row.state, row.version, row.epoch, row.at)
        if row.row == FETCHED:
            self.fetched = _result(row, _Fetched)
        elif row.row == INDEXED:
            self.embedded = _result(row, _Embedded)
        elif row.row == SUMMARIZED:
            self.summarized = _result(row, _Summarized)

    def done(self, row: str) -> Mark | None:
        """The mark of a row whose newest revision is done."""
        mark = self.marks.get(row)
        return mark if mark is not None and mark.state == "done" else None


def _result(row: Row, kind: type[T]) -> T | None:
    if row.state != "done":
        return None
    try:
        return msgspec.json.decode(row.result, type=kind)
    except UNREADABLE:
        return None
