"""The papers announced so far, in the order arXiv lists them."""

from collections.abc import Iterable
from datetime import date

import msgspec

from standalone.upstream.paper import Paper, derive
from standalone.upstream.records import Record


class Announced(msgspec.Struct, frozen=True, kw_only=True):
    """How many papers an announcement added, and how many it gave a new version."""

    added: int
    replaced: int


class Store:
    """Papers by id; `listed` is ordered by announcement day, then id."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._papers: dict[str, Paper] = {}
        self.listed: tuple[Paper, ...] = ()
        self.announce(records)

    @property
    def newest(self) -> date:
        """Return the newest announcement day."""
        return self.listed[-1].announced

    def get(self, paper: str) -> Paper | None:
        """Return the paper of that id (without version), None when unknown."""
        return self._papers.get(paper)

    def announce(self, records: Iterable[Record]) -> Announced:
        """Add papers and new versions, all or none. Raises DayError."""
        after = dict(self._papers)
        for record in records:
            dated = record if record.seen else self._today(record)
            after[record.id] = derive(dated, after.get(record.id))
        known, replaced = len(self._papers), self._count_changed(after)
        self._papers = after
        self.listed = tuple(sorted(after.values(), key=lambda one: (one.announced, one.record.id)))
        return Announced(added=len(after) - known, replaced=replaced)

    def _today(self, record: Record) -> Record:
        return msgspec.structs.replace(record, seen=self.newest.isoformat())

    def _count_changed(self, after: dict[str, Paper]) -> int:
        return sum(after[paper] is not before for paper, before in self._papers.items())
