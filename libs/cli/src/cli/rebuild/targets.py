"""What is to be redone: read from the ledger, one line a paper, so that many fit in memory."""

from collections.abc import AsyncIterator
from typing import NamedTuple

import msgspec

from cli.rebuild.selection import Selection, day_of
from common import survey
from common.errors import UNREADABLE
from common.events import PaperMeta
from common.ledger import Entry
from common.runtime import Runtime


class Fact(msgspec.Struct):
    """The part of any fact that decides whether a paper is meant."""

    paper: str
    version: int
    meta: PaperMeta


class Target(NamedTuple):
    """The newest fact of a paper, and when the row that follows from it was last written."""

    paper: str
    version: int
    fact_seq: int
    """Sequence of the row that keeps the fact."""
    redone_seq: int


async def targets(
    runtime: Runtime, fact_row: str, redone_row: str, selection: Selection
) -> list[Target]:
    """The papers meant, oldest fact first; raises Unavailable."""
    facts: dict[str, tuple[int, int]] = {}
    async for entry in _entries(runtime, fact_row, selection):
        fact = _fact(entry)
        if fact is None:
            continue
        day = day_of(fact.meta, entry.row.at)
        if selection.takes(fact.paper, fact.meta.feeds, day):
            facts[fact.paper] = (fact.version, entry.seq)
    redone: dict[str, int] = {}
    async for entry in _entries(runtime, redone_row, selection):
        redone[entry.row.paper] = entry.seq
    found = [
        Target(paper, version, seq, redone.get(paper, 0)) for paper, (version, seq) in facts.items()
    ]
    return sorted(found, key=lambda target: target.fact_seq)


async def _entries(runtime: Runtime, row: str, selection: Selection) -> AsyncIterator[Entry]:
    if not selection.papers:
        async for entry in survey.revisions(runtime.js, row):
            yield entry
        return
    for paper in selection.papers:
        newest = await runtime.ledger.read(paper, row)
        if newest is not None:
            yield newest


def _fact(entry: Entry) -> Fact | None:
    if entry.row.state != "done":
        return None
    try:
        return msgspec.json.decode(entry.row.result, type=Fact)
    except UNREADABLE:
        return None  # a Done without a fact
