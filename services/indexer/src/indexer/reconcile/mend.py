"""The one retry that mends what is wrong with a paper. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from common import topology
from common.errors import UNREADABLE
from common.events import Event, Message, PaperAnnounced, PaperEmbedded, PaperFetched, SummaryReady
from common.ledger import Row
from common.retrying import Step, announcement
from common.vectors.inventory import Held
from common.vectors.points import generation
from indexer.reconcile.compare import PDF, POINTS, STUCK, SUMMARY, TEXT, TLDR, Finding
from indexer.reconcile.papers import FETCHED, INDEXED, SUMMARIZED

EXTRACTIVE = "extractive"
_ROWS: dict[type[Message], str] = {
    PaperFetched: FETCHED,
    PaperEmbedded: INDEXED,
    SummaryReady: SUMMARIZED,
}


def steps(findings: Iterable[Finding], rows: Mapping[str, Row], held: Held | None) -> list[Step]:
    """What to ask of whom; nothing for a summary that would have to be paid again."""
    by_kind = {finding.kind: finding for finding in findings}
    found: list[Step | None] = []
    if POINTS in by_kind or TEXT in by_kind:
        # a missing PDF is asked for by this very step
        found.append(_step("indexer", PaperFetched, rows, _held_epoch(rows, held)))
    else:
        found.append(_step("fetcher", PaperAnnounced, rows) if PDF in by_kind else None)
        found.append(_step("indexer", SummaryReady, rows) if TLDR in by_kind else None)
    if SUMMARY in by_kind and _is_free(rows):
        found.append(_step("summarizer", PaperEmbedded, rows))
    found += [_unstuck(finding, rows) for finding in findings if finding.kind == STUCK]
    # one row is asked for once: the same service may be owed by several findings
    unique = {(step.service, step.event.subject): step for step in found if step is not None}
    return list(unique.values())


def _held_epoch(rows: Mapping[str, Row], held: Held | None) -> int:
    """The epoch of the points, which may be ahead of a ledger that came from a backup."""
    if held is None or INDEXED not in rows:
        return 0
    version = rows[INDEXED].version
    is_same = generation(version, 0) < held.gen < generation(version + 1, 0)
    return held.gen - generation(version, 0) if is_same else 0


def _unstuck(finding: Finding, rows: Mapping[str, Row]) -> Step | None:
    (consumer,) = (one for one in topology.CONSUMERS if one.durable == finding.durable)
    waiting = [row.epoch for row in rows.values() if row.state == "waiting"]
    return _step(consumer.service, consumer.event, rows, max(waiting, default=0))


def _step(
    service: str, kind: type[Message], rows: Mapping[str, Row], above: int = 0
) -> Step | None:
    fact = _announced(rows) if kind is PaperAnnounced else _fact(kind, rows.get(_ROWS[kind]))
    return None if fact is None else Step(service, fact, above)


def _announced(rows: Mapping[str, Row]) -> PaperAnnounced | None:
    row = rows.get(FETCHED)
    if row is not None and row.state == "announced":
        known: PaperAnnounced | None = _decoded(PaperAnnounced, row)
        return known
    fetched: PaperFetched | None = _fact(PaperFetched, row)
    return announcement(fetched) if fetched is not None else None


def _fact(kind: type[Any], row: Row | None) -> Any:
    return None if row is None or row.state != "done" else _decoded(kind, row)


def _decoded(kind: type[Event], row: Row) -> Any:
    try:
        return msgspec.json.decode(row.result, type=kind)
    except UNREADABLE:
        return None


def _is_free(rows: Mapping[str, Row]) -> bool:
    summary = _fact(SummaryReady, rows.get(SUMMARIZED))
    return summary is not None and summary.model == EXTRACTIVE
