"""Checks A1, A4 and A11: every paper has its root, its facts and its end."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cli.audit.todo import ROOT, todo
from cli.audit.verdict import Finding

if TYPE_CHECKING:
    from cli.audit.evidence import Evidence
    from cli.audit.lines import Line
    from cli.audit.paper import Paper


def roots(seen: "Evidence") -> Iterator[Finding]:
    """A1: what was accepted is in the ledger."""
    for name, paper in seen.log.papers.items():
        if ROOT not in paper.rows and not seen.moved(paper):
            yield Finding("A1", name, "was accepted, but the ledger has no root for it")
    for name in seen.accepted:
        if name not in seen.log.papers:
            yield Finding("A1", name, "was promised to a client, and nothing is known of it")


def pairs(seen: "Evidence") -> Iterator[Finding]:
    """A4: row and fact are one batch, so neither is without the other."""
    for name, paper in seen.log.papers.items():
        if seen.moved(paper):
            continue
        for subject, version, epoch in paper.due:
            yield Finding("A4", f"{name}v{version}", f"row without its fact {subject} ({epoch})")
        for subject, version, epoch in paper.stray:
            yield Finding("A4", f"{name}v{version}", f"fact {subject} ({epoch}) without its row")


def ends(seen: "Evidence") -> Iterator[Finding]:
    """A11: whatever has not ended is at work, and not for too long."""
    at = {line.consumer.durable: line for line in seen.lines}
    for name, paper in seen.log.papers.items():
        if seen.moved(paper):
            continue
        explained = False
        for consumer, seq in todo(paper):
            why = _why_stuck(seen, paper, at.get(consumer.durable), seq)
            explained = explained or not why
            row = paper.rows.get(consumer.row or "")
            waits = row is not None and row.state == "waiting"
            if why and not (waits and explained):
                yield Finding("A11", name, f"{consumer.row} has not ended: {why}")


def _why_stuck(seen: "Evidence", paper: "Paper", line: "Line | None", seq: int) -> str:
    """Why nothing explains that this is open; empty when something does."""
    if line is None or line.is_idle or seq <= line.settled:
        return "nothing waits for it any more"
    if line.paused or seen.is_young(paper.touched[1]):
        return ""
    if seq > line.delivered:
        return "" if seen.is_young(line.active_s) else "it waits, and nobody takes it"
    return f"it has been in work for {seen.began_s - paper.touched[1]:.0f} s"
