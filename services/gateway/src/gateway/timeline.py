"""A paper's way through the services, read from its ledger rows."""

from datetime import datetime
from typing import NamedTuple, TypeVar

from common.events import (
    Event,
    PaperAnnounced,
    PaperEmbedded,
    PaperFetched,
    PaperMeta,
    SummaryReady,
)
from common.ids import parse_time
from common.ledger import Entry, Row, result_as
from gateway.views import Step, TimelineView

F = TypeVar("F", bound=Event)


class _Stage(NamedTuple):
    name: str
    service: str
    rows: tuple[str, ...]
    fact: type[PaperFetched] | type[PaperEmbedded] | type[SummaryReady] | None


STAGES: tuple[_Stage, ...] = (
    _Stage("fetched", "fetcher", ("fetcher",), PaperFetched),
    _Stage("embedded", "indexer", ("indexer",), PaperEmbedded),
    _Stage("summarised", "summarizer", ("summarizer",), SummaryReady),
    _Stage("notified", "notifier", ("notifier", "notifier-embedded"), None),
)
STATES = {"fetched": "fetched", "embedded": "searchable", "summarised": "searchable"}


def rows_of(entries: list[Entry]) -> dict[str, Row]:
    """The rows by name."""
    return {entry.row.row: entry.row for entry in entries}


def newest_meta(rows: dict[str, Row]) -> tuple[int, PaperMeta] | None:
    """The newest version whose metadata a row carries, and that metadata."""
    facts = (
        fetched_of(rows.get("fetcher")),
        fact_of(rows.get("indexer"), PaperEmbedded),
        fact_of(rows.get("summarizer"), SummaryReady),
    )
    found = [(fact.version, fact.meta) for fact in facts if fact is not None]
    return max(found, key=lambda pair: pair[0], default=None)


def fact_of(row: Row | None, kind: type[F]) -> F | None:
    """The fact of ``kind`` a row carries; None when its work has not ended well."""
    if row is None or row.state != "done" or not bytes(row.result):
        return None
    fact: F = result_as(Entry(row, 0), kind)
    return fact


def fetched_of(row: Row | None) -> PaperFetched | None:
    """What the fetcher states; an announcement is read as a fetch without notes."""
    if row is None or row.state != "announced":
        return fact_of(row, PaperFetched)
    told: PaperAnnounced | None = result_as(Entry(row, 0), PaperAnnounced)
    if told is None:
        return None
    return PaperFetched(paper=told.paper, version=told.version, meta=told.meta, pdf=told.pdf)


def view(paper: str, entries: list[Entry]) -> TimelineView:
    """The stages with times and durations; ``entries`` must not be empty."""
    rows = rows_of(entries)
    version = max(row.version for row in rows.values())
    told = newest_meta(rows)
    steps = [_announced(rows.get("fetcher"), told[1] if told else None)]
    for stage in STAGES:
        steps.append(_step(stage, rows, steps[-1], version))
    return TimelineView(
        paper=paper,
        version=version,
        state=state_of(steps),
        trace_id=next((_trace_id(row.trace) for row in rows.values() if row.trace), ""),
        total_s=_between(steps[0].at, next((s.at for s in reversed(steps) if s.at), "")),
        steps=tuple(steps),
    )


def state_of(steps: list[Step]) -> str:
    """One word for where the paper stands."""
    if any(step.state == "dead" for step in steps):
        return "dead"
    done = [step.name for step in steps if step.state == "done"]
    if "summarised" in done and "notified" in done:
        return "ready"
    return next((STATES[name] for name in reversed(done) if name in STATES), "announced")


def _announced(row: Row | None, meta: PaperMeta | None) -> Step:
    at = ""
    if row is not None:
        fetched = fact_of(row, PaperFetched)
        stated = fetched.announced_at if fetched else ""
        at = row.at if row.state == "announced" else stated or row.started or row.at
    notes = (f"announced by {meta.source} on {meta.announced}",) if meta and meta.announced else ()
    return Step(
        name="announced",
        state="done",
        service="fetcher",
        version=row.version if row else 0,
        started=at,
        at=at,
        attempts=1,
        notes=notes,
    )


def _step(stage: _Stage, rows: dict[str, Row], before: Step, version: int) -> Step:
    row = next((rows[name] for name in stage.rows if name in rows), None)
    if row is None or row.state == "announced" or row.version < version:
        state = "waiting" if before.state in ("done", "waiting", "working") else "cancelled"
        return Step(name=stage.name, state=state, service=stage.service)
    return Step(
        name=stage.name,
        state=row.state,
        service=stage.service,
        version=row.version,
        started=row.started,
        at=row.at,
        waited_s=_between(before.at, row.started),
        took_s=_between(row.started, row.at),
        attempts=row.attempts,
        reason=row.reason,
        error=row.error,
        notes=row.notes or _notes_of(row, stage),
    )


def _notes_of(row: Row, stage: _Stage) -> tuple[str, ...]:
    if stage.fact is None:
        return ()
    fact = fact_of(row, stage.fact)
    return () if fact is None else fact.notes


def _between(start: str, end: str) -> float | None:
    first, last = _moment(start), _moment(end)
    if first is None or last is None:
        return None
    return max(0.0, round((last - first).total_seconds(), 3))


def _moment(text: str) -> datetime | None:
    try:
        return parse_time(text) if text else None
    except ValueError:
        return None


def _trace_id(traceparent: str) -> str:
    parts = traceparent.split("-")
    return parts[1] if len(parts) == 4 else ""
