"""Counts from ledger rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.progress import STEPS, Progress, eta_s, furthest
from common import topology
from common.ledger import Row, State


def row(name: str, state: State = "done", version: int = 1, paper: str = "p") -> Row:
    return Row(paper=paper, row=name, state=state, version=version, at="")


def rows(*made: Row) -> dict[str, Row]:
    return {one.row: one for one in made}


@pytest.mark.parametrize(
    ("made", "step"),
    [
        ([row("fetcher", "announced")], "announced"),
        ([row("fetcher")], "fetched"),
        ([row("fetcher"), row("indexer")], "embedded"),
        ([row("fetcher"), row("indexer"), row("summarizer")], "summarised"),
        ([row(name) for name in topology.PIPELINE], "notified"),
        ([row("fetcher", "dead")], "dead"),
        ([row("fetcher"), row("indexer", "cancelled")], "dead"),
        ([*(row(n) for n in topology.PIPELINE[:3]), row("notifier", "dead")], "dead"),
        # the ends of an older version say nothing about the newer one
        ([row("fetcher", version=2), row("indexer")], "fetched"),
        ([row("fetcher", "announced", 2), *(row(n) for n in topology.PIPELINE[1:])], "announced"),
        ([row("fetcher", version=2), row("indexer", "dead", 1)], "fetched"),
        # rows beside the chain do not count
        ([row("fetcher"), row("indexer-summary")], "fetched"),
        ([*(row(n) for n in topology.PIPELINE), row("notifier-embedded", "dead")], "notified"),
    ],
)
def test_furthest(made: list[Row], step: str) -> None:
    assert furthest(rows(*made)) == step


def test_counts_include_what_is_further() -> None:
    progress = Progress()
    for number, steps in enumerate([0, 1, 1, 2, 4]):
        progress.take(row("fetcher", "announced", paper=str(number)))
        for name in topology.PIPELINE[:steps]:
            progress.take(row(name, paper=str(number)))
    progress.take(row("fetcher", "dead", paper="x"))
    counts = progress.counts()
    assert counts == (6, 4, 2, 1, 1, 1)
    assert counts.ended == 2


def test_nothing_is_nothing() -> None:
    assert set(Progress().counts()) == {0}


ROWS = st.builds(
    row,
    st.sampled_from([*topology.PIPELINE, "indexer-summary"]),
    st.sampled_from(["announced", "done", "dead"]),
    st.integers(1, 3),
    st.sampled_from(["a", "b", "c"]),
)


@given(st.lists(ROWS))
def test_every_step_counts_at_least_the_next(made: list[Row]) -> None:
    progress = Progress()
    for one in made:
        progress.take(one)
    counts = progress.counts()
    reached = counts[: len(STEPS)]
    assert list(reached) == sorted(reached, reverse=True)
    assert counts.announced == len({one.paper for one in made})
    assert counts.ended <= counts.announced


@given(st.lists(st.sampled_from(range(3)), min_size=1))
def test_work_that_goes_on_never_lowers_a_count(papers: list[int]) -> None:
    """Each paper takes its steps in turn, as the services do."""
    progress = Progress()
    taken: dict[int, int] = {}
    before = progress.counts()
    for paper in papers:
        step = taken.get(paper, -1) + 1
        taken[paper] = step
        if step == 0:
            progress.take(row("fetcher", "announced", paper=str(paper)))
        elif step <= len(topology.PIPELINE):
            progress.take(row(topology.PIPELINE[step - 1], paper=str(paper)))
        now = progress.counts()
        assert all(new >= old for new, old in zip(now, before, strict=True))
        before = now


@pytest.mark.parametrize(
    ("ended", "total", "elapsed", "left"),
    [(0, 10, 5.0, None), (5, 10, 5.0, 5.0), (10, 10, 5.0, 0.0), (1, 4, 2.0, 6.0)],
)
def test_eta(ended: int, total: int, elapsed: float, left: float | None) -> None:
    assert eta_s(ended, total, elapsed) == left
