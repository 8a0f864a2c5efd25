"""Counting a run."""

from common.errors import Terminal
from fakes_fetcher import record
from fetcher.tally import Tally


def test_counts_days_and_limit() -> None:
    tally = Tally(limit=2)
    papers = [record(f"arxiv:2607.{n:05}", changed=f"2026-07-1{n}") for n in range(1, 4)]
    assert [tally.see(p) for p in (*papers, papers[0])] == [True, True, True, False]
    assert tally.room(32) == 2
    tally.count(papers[0], "new")
    tally.count(papers[1], "had")
    tally.count(papers[2], Terminal("too large"))
    assert bool(tally.full) is False
    tally.count(papers[1], "replaced")
    assert tally.full
    assert (tally.counts.seen, tally.counts.matched, tally.counts.failed) == (3, 4, 1)
    assert tally.newest_day == "2026-07-13"
    assert tally.days("now")["2026-07-13"].in_ledger == 0
    assert tally.has_seen(papers[0].paper)
    assert Tally().room(32) == 32
