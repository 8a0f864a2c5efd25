"""Spans in one SQLite file."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import msgspec

KEEP_S = 30 * 86_400
NS = 1_000_000_000

_SCHEMA = """
create table if not exists spans (
    trace_id text not null, span_id text not null, parent_id text not null,
    service text not null, name text not null, start_ns integer not null, end_ns integer not null,
    failed integer not null, attributes text not null, primary key (trace_id, span_id)
) without rowid;
create index if not exists spans_start on spans (start_ns);
"""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """One finished span; ids are lower-case hex, times nanoseconds since 1970."""

    trace_id: str
    span_id: str
    parent_id: str
    """Empty for the root of a trace."""
    service: str
    name: str
    start_ns: int
    end_ns: int
    failed: bool
    attributes: dict[str, str | int | float | bool] = msgspec.field(default_factory=dict)


class SpanStore:
    """Keeps spans for 30 days; a span that comes again is kept once."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("pragma journal_mode=wal")
        self._db.execute("pragma synchronous=normal")
        self._db.executescript(_SCHEMA)

    def add(self, spans: Iterable[Span]) -> None:
        """Store spans in one transaction."""
        rows = [
            (
                span.trace_id,
                span.span_id,
                span.parent_id,
                span.service,
                span.name,
                span.start_ns,
                span.end_ns,
                int(span.failed),
                msgspec.json.encode(span.attributes).decode(),
            )
            for span in spans
        ]
        with self._db:
            self._db.execute("begin")
            self._db.executemany("insert or ignore into spans values (?,?,?,?,?,?,?,?,?)", rows)

    def trace(self, trace_id: str) -> list[Span]:
        """All spans of a trace, oldest first."""
        found = self._db.execute(
            "select * from spans where trace_id = ? order by start_ns", (trace_id,)
        )
        return [
            Span(
                trace_id=row[0],
                span_id=row[1],
                parent_id=row[2],
                service=row[3],
                name=row[4],
                start_ns=row[5],
                end_ns=row[6],
                failed=bool(row[7]),
                attributes=msgspec.json.decode(row[8]),
            )
            for row in found
        ]

    def prune(self, now_s: float) -> int:
        """Drop what is older than 30 days; how many spans that were."""
        limit = int((now_s - KEEP_S) * NS)
        return self._db.execute("delete from spans where start_ns < ?", (limit,)).rowcount

    def close(self) -> None:
        """Write everything out."""
        self._db.close()
