"""The parts of a document about the system: errors, letters, spend, storage, software; pure."""

from collections.abc import Iterator

from cli.backup.shown import size
from cli.controls.spans import minute
from cli.report.figures import Changes, Letters, Report, Spend, Stored
from cli.report.section import Section
from cli.report.span import NAMES
from cli.report.words import change, grown, number, usd


def sections(report: Report) -> Iterator[Section]:
    """In the order in which they are shown."""
    if report.letters is not None:
        yield _letters(report.letters)
    if not report.feed:
        yield _errors(report)
    if report.spend is not None:
        yield _spend(report.spend, NAMES[report.span.period])
    if report.stored is not None:
        yield _stored(report.stored)
    yield Section("State", report.notes)
    if report.changes is not None:
        yield _changes(report.changes)


def _letters(found: Letters) -> Section:
    if not found.held:
        return Section("Dead letters", ("None waits.",))
    why = "; ".join(f"{count} {reason}" for reason, count in found.reasons.items())
    lines = (
        f"{number(found.held)} wait, {number(found.buried)} of them new: {why}.",
        "`paperbus dead show NUMBER` tells all of one, `paperbus dead replay` does the work again.",
    )
    rows = tuple(
        (str(one.seq), one.about, f"{one.service}: {one.reason}", one.error, one.mend)
        for one in found.newest
    )
    return Section("Dead letters", lines, ("number", "about", "why", "error", "mend"), rows)


def _errors(report: Report) -> Section:
    if not report.errors:
        return Section("Errors", ("None was recorded.",))
    rows = tuple(
        (one.type, number(one.count), one.service, one.words, one.trace_id) for one in report.errors
    )
    return Section("Errors", (), ("type", "count", "service", "words", "trace"), rows)


def _spend(found: Spend, period: str) -> Section:
    changed = change(found.usd, found.before_usd)
    before = f"{usd(found.before_usd)} in the {period} before ({changed})"
    lines = [f"{usd(found.usd)} for {number(found.tokens)} tokens; {before}."]
    if found.in_vain_usd:
        lines.append(f"{usd(found.in_vain_usd)} of it for answers that were of no use.")
    rows = tuple((model, usd(amount)) for model, amount in found.models.items())
    return Section("Spend", tuple(lines), ("model", "US dollars"), rows, numeric=True)


def _stored(found: Stored) -> Section:
    lines = [f"As noted {minute(found.at)}: {number(found.papers)} papers can be found by search."]
    if found.since:
        lines.append(
            f"Since {minute(found.since)} the index grew by {number(found.papers_grown)} papers."
        )
    lines += [f"Volume {name} is {used:.0%} full." for name, used in found.disks.items()]
    total = {**found.sizes, "all": sum(found.sizes.values())}
    more = {**found.grown, "all": sum(found.grown.values())} if found.since else {}
    rows = tuple(
        (name, size(count), grown(more[name]) if name in more else "–")
        for name, count in total.items()
    )
    return Section("Storage", tuple(lines), ("store", "size", "growth"), rows, numeric=True)


def _changes(found: Changes) -> Section:
    was = found.before and found.before != found.version
    words = f"Version {found.version}" + (f", was {found.before} before." if was else ".")
    head = (f"Changelog, {found.section}:",) if found.notes else ()
    return Section("Software", (words, *head, *found.notes))
