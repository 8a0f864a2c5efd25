"""What records say of a span: runs of feeds, completeness, errors, what is stored; pure."""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from cli.census.records import Day as Seen
from cli.errors.gather import grouped
from cli.report.figures import Day, ErrorType, Runs, Stored
from cli.report.span import Span
from cli.runs import FeedRun
from cli.storage.holding import LOCAL
from cli.storage.sample import Sample, before
from common.errorbook.record import HOUR_CHARS, Record
from common.ids import parse_time
from common.kv import Entry, parts_of

MOST_ERRORS = 15


def runs(found: Iterable[FeedRun], feed: str, span: Span) -> Runs:
    """How the runs of a feed went that began in the span."""
    ours = [run for run in found if run.feed == feed and span.has(run.started)]
    errors = [run.error for run in sorted(ours, key=lambda run: run.started) if run.error]
    verdicts = Counter(run.verdict for run in ours)
    return Runs(
        count=len(ours),
        verdicts=dict(sorted(verdicts.items())),
        last_error=errors[-1][:300] if errors else "",
    )


def days(items: Iterable[tuple[str, Entry]], span: Span) -> tuple[Day, ...]:
    """Completeness of the announcement days in the span, oldest first."""
    found = []
    for name, entry in items:
        _, source, day = parts_of(name)
        seen = msgspec.json.decode(entry.value, type=Seen)
        if span.has(f"{day}T00:00:00"):
            found.append(Day(source=source, day=day, announced=seen.announced, here=seen.in_ledger))
    return tuple(sorted(found, key=lambda one: (one.day, one.source)))


def errors(found: Iterable[tuple[str, Record]], span: Span) -> tuple[ErrorType, ...]:
    """The most frequent types in the span."""
    limited = [(service, _within(record, span)) for service, record in found]
    types = grouped(limited, span.begins).types
    return tuple(
        ErrorType(
            type=one.type,
            count=one.count,
            service=one.places[0].service,
            words=one.places[0].message,
            trace_id=one.trace_id,
        )
        for one in types[:MOST_ERRORS]
    )


def _within(record: Record, span: Span) -> Record:
    """What came after the span does not count."""
    hours = {hour: count for hour, count in record.hours.items() if hour < span.ends[:HOUR_CHARS]}
    return msgspec.structs.replace(record, hours=hours)


def stored(samples: Sequence[Sample], span: Span) -> Stored | None:
    """The last sample taken by the end of the span or on the day after, and what it grew by."""
    until = f"{span.after}T23:59:59"
    known = [one for one in samples if one.at <= until]
    if not known:
        return None
    newest = known[-1]
    then = before(known[:-1], parse_time(newest.at))
    now_bytes = _by_store(newest)
    then_bytes = _by_store(then) if then else {}
    return Stored(
        at=newest.at,
        papers=newest.papers,
        sizes=now_bytes,
        since=then.at if then else "",
        grown={name: size - then_bytes.get(name, 0) for name, size in now_bytes.items()}
        if then
        else {},
        papers_grown=newest.papers - then.papers if then else 0,
        disks={name: round(disk.used_ratio, 4) for name, disk in newest.disks.items()},
    )


def _by_store(sample: Sample) -> dict[str, int]:
    """What lies on this machine's disk is a part of the others there."""
    return {store: sum(sizes.values()) for store, sizes in sample.sizes.items() if store != LOCAL}
