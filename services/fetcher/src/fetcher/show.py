"""How the debug commands print: tables for people, JSON lines for programs."""

from collections.abc import Iterable, Sequence
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fetcher.feeds import ArxivFeed, Feed
from fetcher.record import Record
from fetcher.runs import Run


def records(found: Sequence[Record], *, as_json: bool) -> None:
    """The papers that would be announced."""
    if as_json:
        _lines(found)
    else:
        columns = ("paper", "title", "authors", "categories", "day", "feeds")
        _table(columns, (_record_row(record) for record in found))


def _record_row(record: Record) -> tuple[str, ...]:
    meta = record.meta
    more = f" +{meta.authors_total - 2}" if meta.authors_total > 2 else ""
    return (
        f"{record.paper}v{record.version}" + (" (withdrawn)" if meta.withdrawn else ""),
        meta.title,
        ", ".join(meta.authors[:2]) + more,
        " ".join(meta.categories[:4]),
        meta.announced,
        " ".join(meta.feeds),
    )


def run(record: Run, *, as_json: bool) -> None:
    """How one run went."""
    if as_json:
        _lines([record])
    else:
        counts = msgspec.structs.asdict(record.counts)
        said = ", ".join(f"{name} {number}" for name, number in counts.items())
        why = f" ({record.reason or record.error})" if record.reason or record.error else ""
        click.echo(f"{record.feed}: {record.verdict}{why}: {said}")


def runs(found: Sequence[Run], *, as_json: bool) -> None:
    """Run records, newest first."""
    if as_json:
        _lines(found)
        return
    columns = ("feed", "started", "verdict", "seen", "new", "replaced", "had", "failed", "why")
    _table(columns, (_run_row(record) for record in found))


def _run_row(record: Run) -> tuple[str, ...]:
    counts = record.counts
    numbers = (counts.seen, counts.new, counts.replaced, counts.had, counts.failed)
    return (
        record.feed,
        record.started,
        record.verdict,
        *map(str, numbers),
        record.error or record.reason,
    )


def feeds(known: Sequence[Feed], *, as_json: bool) -> None:
    """Feeds as configured."""
    if as_json:
        _lines(known)
        return
    rows = (
        (
            feed.name,
            "arxiv" if isinstance(feed, ArxivFeed) else "folder",
            " ".join(feed.categories) if isinstance(feed, ArxivFeed) else feed.path,
            f"{feed.schedule} {feed.time_zone}" if feed.schedule else "on request",
            feed.title,
        )
        for feed in known
    )
    _table(("feed", "kind", "of", "schedule", "title"), rows)


def _lines(values: Iterable[Any]) -> None:
    for value in values:
        click.echo(msgspec.json.encode(value).decode())


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)
