"""The lists a search is made of."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from qdrant_client import models

from common import bm25
from common.bm25 import Sparse
from common.ranking.freshness import DAY_MS
from common.ranking.fusing import MEANING, WORDS, Ranked
from common.ranking.recipe import RECIPE
from common.vectors.asking import DATED, Candidate, Dated
from common.vectors.candidates import Wanted, ranked
from common.vectors.filters import Filters

DENSE = np.array([[0.25, 0.5]], dtype=np.float32)
WALKS = bm25.query("graph walks")
NOW = 1000 * DAY_MS


class Asked:
    """Answers each list with what it was told, and remembers the questions."""

    def __init__(self, **lists: dict[str, float]) -> None:
        self._lists = lists
        self._days: dict[str, int] = {}
        self.requests: list[models.QueryRequest] = []
        self.times = 0

    def dated(self, **ages: int) -> "Asked":
        self._days = {point: NOW - age * DAY_MS for point, age in ages.items()}
        return self

    async def lists(
        self, collection: str, requests: Sequence[models.QueryRequest]
    ) -> list[list[Candidate]]:
        assert collection == "papers"
        self.times += 1
        self.requests += requests
        return [
            [Candidate(p, s, self._payload(p)) for p, s in self._lists[str(one.using)].items()]
            for one in requests
        ]

    def _payload(self, point: str) -> Dated | None:
        return Dated(self._days[point]) if point in self._days else None

    async def __call__(self, *_: Any) -> Any:
        raise AssertionError("lists are enough")

    these = close = __call__


async def rank(ask: Any, wanted: Wanted) -> list[Ranked]:
    return await ranked(ask, "papers", wanted)


async def test_both_lists_are_one_request_without_payload() -> None:
    ask = Asked(dense={"a": 0.9, "b": 0.1}, bm25={"b": 12.0, "c": 3.0})
    found = await rank(ask, Wanted(DENSE, WALKS, Filters(categories=("cs.LG",))))
    assert ask.times == 1
    meaning, words = ask.requests
    assert (meaning.using, meaning.query) == ("dense", [0.25, 0.5])
    assert words.using == "bm25"
    assert words.query == models.SparseVector(indices=WALKS.indices, values=WALKS.values)
    for one in ask.requests:
        assert (one.limit, one.with_payload) == (RECIPE.candidates, False)
        assert one.filter is not None
        assert one.filter == meaning.filter
    assert {one.point for one in found} == {"a", "b", "c"}
    stood = {one.point: [(s.name, s.rank, s.score) for s in one.standings] for one in found}
    assert stood["b"] == [(MEANING, 2, 0.1), (WORDS, 1, 12.0)]
    assert stood["c"] == [(WORDS, 2, 3.0)]


@pytest.mark.parametrize(
    ("wanted", "using"),
    [
        (Wanted(DENSE), ["dense"]),
        (Wanted(None, WALKS), ["bm25"]),
        (Wanted(DENSE, Sparse([], [])), ["dense"]),
        (Wanted(None, bm25.query("the of")), []),
        (Wanted(), []),
    ],
)
async def test_a_list_that_nothing_is_asked_of_is_left_out(
    wanted: Wanted, using: list[str]
) -> None:
    ask = Asked(dense={"a": 0.9}, bm25={"b": 12.0})
    found = await rank(ask, wanted)
    assert [one.using for one in ask.requests] == using
    assert [(one.point, one.score) for one in found] == [
        ({"dense": "a", "bm25": "b"}[name], 1.0) for name in using
    ]


async def test_without_filters_there_is_no_filter() -> None:
    ask = Asked(dense={})
    assert await rank(ask, Wanted(DENSE)) == []
    assert ask.requests[0].filter is None


async def test_days_are_read_where_newer_papers_count_more() -> None:
    ask = Asked(dense={"a": 0.9, "b": 0.8, "c": 0.1}, bm25={"b": 9.0, "a": 8.9, "d": 1.0})
    ask.dated(a=2000, b=1, d=3)
    found = await rank(ask, Wanted(DENSE, WALKS, blend_ms=NOW))
    assert all(one.with_payload == DATED for one in ask.requests)
    assert [one.point for one in found][:2] == ["b", "a"]
    for one in found:
        assert one.score == pytest.approx(sum(stood.share for stood in one.standings))
    plain = await rank(ask, Wanted(DENSE, WALKS))
    assert [one.point for one in plain][:2] == ["a", "b"]
