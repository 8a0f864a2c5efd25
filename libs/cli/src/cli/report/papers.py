"""The parts of a document about papers: feeds, completeness, performance, top papers; pure."""

from collections.abc import Iterator

from cli.report.figures import Day, Figures, Part, Quantiles, Report
from cli.report.section import Section
from cli.report.span import NAMES
from cli.report.words import NOTHING, change, number, p50, p95, share, took

RANKED = (
    "Ranked by how many watches a paper fitted, then by how often somebody was told. What people "
    "search for is not recorded."
)


def sections(report: Report) -> Iterator[Section]:
    """In the order in which they are shown."""
    yield _feeds(report)
    yield _freshness(report)
    yield _runs(report)
    yield _days(report)
    if report.span.period == "monthly":
        yield _rates(report)
        yield _stages(report)
    yield _top(report)


def _feeds(report: Report) -> Section:
    parts = _parts(report)
    counts = ("announced", "before", "new", "replaced", "ready", "dead", "in work")
    return Section(
        title="Papers",
        lines=(_told(report.whole.now),),
        columns=("feed", *counts, "come through"),
        rows=tuple(_row(part) for part in parts),
        numeric=True,
    )


def _parts(report: Report) -> tuple[Part, ...]:
    """Each feed and then all; a report on one feed has that alone."""
    return (*report.feeds, report.whole)


def _told(now: Figures) -> str:
    return (
        f"{number(now.searchable)} can be found by search since; papers fitted watches "
        f"{number(now.matched)} times, and people were told {number(now.told)} times. A paper that "
        "several feeds asked for counts in each."
    )


def _row(part: Part) -> tuple[str, ...]:
    now = part.now
    counts = (now.announced, part.before.announced, now.new, now.replaced, now.ready)
    return (
        part.feed or "all",
        *map(number, (*counts, now.dead, now.in_work)),
        share(now.arrived, now.announced),
    )


def _freshness(report: Report) -> Section:
    parts = _parts(report)
    rows = tuple(
        (part.feed or "all", *_ages(part.now), p95(part.before.to_searchable))
        for part in parts
        if part.now.to_searchable or part.now.to_delivered
    )
    columns = ("from announcement", "to search p50", "p95", "to delivery p50", "p95")
    return Section(
        title="Freshness",
        columns=(*columns, "to search p95 before"),
        rows=rows,
        numeric=True,
    )


def _ages(now: Figures) -> tuple[str, ...]:
    searchable, delivered = now.to_searchable, now.to_delivered
    return (p50(searchable), p95(searchable), p50(delivered), p95(delivered))


def _runs(report: Report) -> Section:
    rows = []
    for part in report.feeds or (report.whole,):
        if part.runs is None:
            continue
        verdicts = ", ".join(f"{count} {name}" for name, count in part.runs.verdicts.items())
        error = part.runs.last_error or NOTHING
        rows.append((part.feed, str(part.runs.count), verdicts or NOTHING, error))
    columns = ("feed", "runs", "how they went", "last error")
    return Section(title="Runs of feeds", columns=columns, rows=tuple(rows))


def _days(report: Report) -> Section:
    rows = tuple(
        (f"{one.source} {one.day}", number(one.announced), number(one.here), _here(one.here, one))
        for one in report.days
    )
    columns = ("announcement day", "announced", "here", "complete")
    return Section(title="Completeness", columns=columns, rows=rows, numeric=True)


def _here(here: int, day: Day) -> str:
    return share(min(here, day.announced), day.announced)


def _rates(report: Report) -> Section:
    now, before = report.whole.now, report.whole.before
    rows = (
        ("ready a day", now.ready_per_day, before.ready_per_day),
        ("ready in the busiest hour", now.busiest, before.busiest),
        ("announced", now.announced, before.announced),
        ("dead", now.dead, before.dead),
        ("told", now.told, before.told),
    )
    period = NAMES[report.span.period]
    busiest = f"The busiest hour began {now.busiest_hour}:00Z." if now.busiest else ""
    return Section(
        title="Rates",
        lines=(busiest,) if busiest else (),
        columns=("", f"this {period}", f"the {period} before", "change"),
        rows=tuple((what, number(one), number(was), change(one, was)) for what, one, was in rows),
        numeric=True,
    )


def _stages(report: Report) -> Section:
    now, before = report.whole.now, report.whole.before
    ways: list[tuple[str, Quantiles | None, Quantiles | None]] = [
        ("announced to searchable", now.to_searchable, before.to_searchable),
        ("announced to delivered", now.to_delivered, before.to_delivered),
    ]
    names = sorted({*now.stages, *before.stages})
    ways += [(f"work of {one}", now.stages.get(one), before.stages.get(one)) for one in names]
    columns = ("stage", "papers", "p50", "p95", "longest", "p50 before", "p95 before", "change")
    return Section(
        title="Durations",
        lines=("The change is that of the 95th percentile; less is faster.",),
        columns=columns,
        rows=tuple(_stage(*way) for way in ways),
        numeric=True,
    )


def _stage(name: str, now: Quantiles | None, before: Quantiles | None) -> tuple[str, ...]:
    longest = took(now.max_s if now else None)
    changed = change(now.p95_s, before.p95_s) if now and before else NOTHING
    count = number(now.count if now else 0)
    return (name, count, p50(now), p95(now), longest, p50(before), p95(before), changed)


def _top(report: Report) -> Section:
    rows = tuple(
        (one.title or one.paper, f"{one.paper}v{one.version}", str(one.matched), str(one.told))
        for one in report.top
    )
    lines = (RANKED,) if rows else ()
    return Section("Top papers", lines, ("title", "paper", "watches", "told"), rows)
