"""Errors of all services by type, within a time."""

from cli.errors.gather import grouped
from common.errorbook.record import Record

SINCE = "2026-07-14T08:30:00.000000Z"


def record(kind: str, place: str, hours: dict[str, int], trace: str = "") -> Record:
    days = sorted(hours)
    return Record(
        type=kind,
        place=place,
        message="words",
        count=sum(hours.values()),
        first=f"{days[0]}:10:00.000000Z",
        last=f"{days[-1]}:50:00.000000Z",
        trace_id=trace,
        hours=hours,
    )


def test_errors_are_grouped_and_counted_by_hours() -> None:
    found = grouped(
        [
            ("fetcher", record("ValueError", "a:b", {"2026-07-14T09": 2, "2026-07-14T07": 9})),
            ("indexer", record("ValueError", "c:d", {"2026-07-14T08": 3}, trace="aa")),
            ("indexer", record("KeyError", "c:d", {"2026-07-14T10": 1})),
            ("gateway", record("OldError", "e:f", {"2026-07-14T07": 5})),
        ],
        SINCE,
    )
    assert [(one.type, one.count) for one in found.types] == [("ValueError", 5), ("KeyError", 1)]
    first = found.types[0]
    assert [(one.service, one.count) for one in first.places] == [("indexer", 3), ("fetcher", 2)]
    assert first.first == "2026-07-14T07:10:00.000000Z"
    assert first.last == "2026-07-14T09:50:00.000000Z"
    assert first.trace_id == "aa"
    assert found.total == 6
    assert found.hours == {"2026-07-14T08": 3, "2026-07-14T09": 2, "2026-07-14T10": 1}


def test_nothing_is_nothing() -> None:
    assert grouped([], SINCE).total == 0
