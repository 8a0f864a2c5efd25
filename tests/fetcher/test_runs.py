"""Verdicts and run records."""

from datetime import datetime

import pytest

from common.errors import UsageError
from fetcher.calendar import NEW_YORK
from fetcher.memory import MemoryKv
from fetcher.runs import Counts, Day, Run, RunStore, day_of, few, judge, run_id


def ny(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


HAD = Counts(seen=9, matched=5, had=5)


@pytest.mark.parametrize(
    ("counts", "newest", "since", "now", "verdict"),
    [
        (Counts(seen=9, matched=5, new=1), "2026-07-14", None, "2026-07-14T08:00", "ok"),
        (Counts(seen=9, matched=1, replaced=1), "", "2026-07-01T08:00", "2026-07-14T08:00", "ok"),
        (Counts(seen=9), "2026-07-14", "2026-07-13T08:00", "2026-07-14T08:00", "empty by filter"),
        # noon after the morning run has taken all: the next one comes in the evening
        (HAD, "2026-07-14", "2026-07-14T08:00", "2026-07-14T12:00", "not yet announced"),
        # Friday noon, Saturday
        (HAD, "2026-07-17", "2026-07-17T08:00", "2026-07-17T12:00", "holiday"),
        (HAD, "2026-07-17", "2026-07-17T12:00", "2026-07-18T12:00", "holiday"),
        # Thanksgiving evening
        (HAD, "2026-11-26", "2026-11-26T12:00", "2026-11-26T23:00", "holiday"),
        # the announcement is due and the source does not show it
        (HAD, "2026-07-14", "2026-07-14T20:00", "2026-07-14T23:00", "not yet announced"),
        (Counts(), "", "2026-07-14T20:00", "2026-07-14T23:00", "not yet announced"),
        # it is there, another feed has taken it all
        (HAD, "2026-07-15", "2026-07-14T20:00", "2026-07-14T23:00", "ok"),
        # an order for a day of long ago
        (HAD, "2025-01-01", None, "2026-07-18T12:00", "ok"),
    ],
)
def test_verdicts(counts: Counts, newest: str, since: str | None, now: str, verdict: str) -> None:
    found, reason = judge(counts, newest, since=ny(since) if since else None, now=ny(now))
    assert found == verdict
    assert bool(reason) == (not counts.new + counts.replaced)


async def test_the_newest_records_are_kept() -> None:
    store = RunStore(MemoryKv(), kept=3)
    for feed in ("a", "b"):
        for hour in range(5):
            started = ny(f"2026-07-14T0{hour}:00")
            await store.save(
                Run(feed=feed, id=run_id(started), started=started.isoformat(), verdict="ok")
            )
    assert [run.started[11:13] for run in await store.newest("a")] == ["04", "03", "02"]
    assert len(await store.newest()) == 6
    assert len(await store.newest(limit=2)) == 2


async def test_the_last_good_run() -> None:
    store = RunStore(MemoryKv(), kept=9)
    assert await store.last_good("a") is None
    for hour, verdict in enumerate(("ok", "holiday", "upstream error", "running")):
        started = ny(f"2026-07-14T0{hour}:00")
        await store.save(
            Run(feed="a", id=run_id(started), started=started.isoformat(), verdict=verdict)  # type: ignore[arg-type]
        )
    assert await store.last_good("a") == ny("2026-07-14T01:00")


async def test_days_keep_the_larger_look() -> None:
    kv = MemoryKv()
    store = RunStore(kv, kept=9)
    await store.save_days({"2026-07-14": Day(announced=10, in_ledger=9)})
    await store.save_days({"2026-07-14": Day(announced=2, in_ledger=2)})
    entry = await kv.get("day.arxiv.2026-07-14")
    assert entry is not None
    assert b'"in_ledger":9' in entry.value


def test_small_things() -> None:
    assert day_of("2026-07-14") == "2026-07-14"
    with pytest.raises(UsageError, match="since: 'July' is no date"):
        day_of("July")
    assert few(str(n % 30) for n in range(100)) == tuple(map(str, range(20)))
