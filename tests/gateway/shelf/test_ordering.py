"""Similar papers in another order."""

import pytest

from common.errors import UsageError
from gateway.ports import Card, Scored
from gateway.shelf import ordering

TODAY = "2026-07-15T08:00:00Z"


def hit(paper: str, score: float, day: str) -> Scored:
    return Scored(card=Card(paper=paper, version=1, title=paper, announced=day), score=score)


FOUND = [
    hit("near", 0.9, "2016-07-01"),
    hit("new", 0.8, "2026-07-15"),
    hit("far", 0.2, "2026-07-10"),
    hit("undated", 0.1, ""),
]


@pytest.mark.parametrize(
    ("how", "order"),
    [
        ("similarity", ["near", "new", "far", "undated"]),
        ("date", ["new", "far", "near", "undated"]),
        ("blend", ["new", "near", "far", "undated"]),
    ],
)
def test_orders(how: str, order: list[str]) -> None:
    found = ordering.ordered(FOUND, ordering.sort(how), today=TODAY)
    assert [one.card.paper for one in found] == order


def test_the_score_that_is_shown_is_the_one_that_decided() -> None:
    scores = [one.score for one in ordering.ordered(FOUND, "blend", today=TODAY)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 0.8, "nothing is taken from a paper of today"


def test_another_order_looks_at_more_papers() -> None:
    asked = [("similarity", 10), ("date", 10), ("blend", 100)]
    assert [ordering.depth(how, limit) for how, limit in asked] == [10, ordering.DEPTH, 100]


def test_another_order_is_refused() -> None:
    with pytest.raises(UsageError, match="similarity, date, blend"):
        ordering.sort("size")
