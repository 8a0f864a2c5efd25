"""What rows come to: counts by version, freshness, durations, top papers, and feeds apart."""

from datetime import date
from typing import Any

import msgspec
import pytest

from cli.report import span
from cli.report.course import Courses
from cli.report.figures import quantiles
from common.ledger import Row

DAY = span.around("daily", date(2026, 7, 14))


def row(paper: str, name: str, at: str, state: Any = "done", **more: Any) -> Row:
    result = msgspec.Raw(msgspec.json.encode(more.pop("result", {})))
    fields = {"version": 1, "at": f"2026-07-{at}Z", **more}
    return Row(paper=paper, row=name, state=state, result=result, **fields)


def meta(title: str, *feeds: str, **more: str) -> dict[str, Any]:
    return {"meta": {"title": title, "feeds": feeds}, **more}


def course(paper: str, feeds: tuple[str, ...], *, fits: int, version: int = 1) -> list[Row]:
    """One paper from announcement to delivery, an hour in all."""
    of = {"version": version}
    began = "2026-07-14T08:00:00Z"
    known = meta(f"Of {paper}", *feeds, announced_at=began)
    told = {"matched": fits, "sent": 1}
    return [
        row(paper, "fetcher", "14T08:00:00", "announced", result=meta("x", *feeds), **of),
        row(paper, "fetcher", "14T08:00:10", started="2026-07-14T08:00:04Z", result=known, **of),
        row(paper, "indexer", "14T08:01:00", result=known, **of),
        row(paper, "notifier-embedded", "14T08:01:30", result={"matched": 0}, **of),
        row(paper, "summarizer", "14T08:30:00", result=known, **of),
        row(paper, "notifier", "14T09:00:00", result=told, **of),
    ]


def found(rows: list[Row]) -> Courses:
    courses = Courses((DAY.before, DAY))
    for one in rows:
        courses.take(one)
    return courses


def test_a_day() -> None:
    rows = course("a", ("f",), fits=2) + course("b", ("f", "g"), fits=5, version=2)
    rows.append(row("c", "fetcher", "14T10:00:00", "announced", result=meta("C", "g")))
    rows.append(row("d", "fetcher", "14T10:00:00", "announced", result=meta("D", "g")))
    rows.append(row("d", "fetcher", "14T10:00:05", "dead", reason="gone"))
    courses = found(rows)
    day = courses.figures(DAY)
    counts = (day.announced, day.new, day.replaced, day.searchable, day.ready, day.dead)
    assert counts == (4, 3, 1, 2, 2, 1)
    assert (day.arrived, day.in_work, day.matched, day.told) == (2, 1, 7, 2)
    assert day.to_searchable == quantiles([60, 60])
    assert day.to_delivered == quantiles([3600, 3600])
    assert day.stages == {"fetcher": quantiles([6, 6])}
    assert (day.busiest_hour, day.busiest, day.ready_per_day) == ("2026-07-14T09", 2, 2.0)
    assert courses.feeds() == {"f", "g"}
    of_g = courses.figures(DAY, "g")
    assert (of_g.announced, of_g.ready, of_g.dead) == (3, 1, 1)
    assert [(one.paper, one.title, one.matched) for one in courses.top(DAY)] == [
        ("b", "Of b", 5),
        ("a", "Of a", 2),
    ]
    assert courses.top(DAY, "none") == ()
    assert courses.figures(DAY.before).announced == 0


def test_what_was_announced_the_day_before_is_late_and_not_lost() -> None:
    rows = [
        row("a", "fetcher", "13T23:00:00", "announced", result=meta("A")),
        row("a", "indexer", "14T01:00:00", result=meta("A")),
    ]
    courses = found(rows)
    assert courses.figures(DAY).to_searchable == quantiles([7200])
    assert courses.figures(DAY.before).in_work == 1


def test_work_done_again_is_no_lateness_and_a_mended_death_no_death() -> None:
    rows = [
        row("old", "indexer", "14T01:00:00", epoch=1, result=meta("A", announced_at="2020-01-01")),
        row("a", "fetcher", "14T02:00:00", "announced", result=meta("A")),
        row("a", "indexer", "14T02:01:00", "dead"),
        row("a", "indexer", "14T03:00:00", epoch=1, result=meta("A")),
    ]
    day = found(rows).figures(DAY)
    assert (day.searchable, day.dead) == (2, 0)
    assert day.to_searchable == quantiles([3600])


def test_a_result_that_cannot_be_read_is_no_failure() -> None:
    broken = msgspec.structs.replace(row("a", "notifier", "14T02:00:00"), result=msgspec.Raw(b"["))
    assert found([broken]).figures(DAY).ready == 1


@pytest.mark.parametrize(
    ("values", "expected"),
    [([], None), ([5.0], (5, 5, 5)), (list(range(1, 101)), (50, 95, 100))],
)
def test_quantiles(values: list[float], expected: tuple[float, ...] | None) -> None:
    made = quantiles(values)
    assert (made and (made.p50_s, made.p95_s, made.max_s)) == expected
