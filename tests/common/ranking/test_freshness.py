"""Fit and age in one order."""

import msgspec
import pytest

from common.ranking.freshness import DAY_MS, blended, factor
from common.ranking.fusing import Ranked, Standing
from common.ranking.recipe import RECIPE as USUAL

RECIPE = msgspec.structs.replace(
    USUAL, version="t", candidates=9, meaning=0.5, trust=0, agreed=1, fresh_days=10, fresh_share=0.4
)
NOW = 1000 * DAY_MS


@pytest.mark.parametrize(
    ("age", "left"),
    [(0, 1.0), (-5, 1.0), (10, 0.8), (20, 0.7), (100_000, 0.6), (float("inf"), 0.6)],
)
def test_age_takes_away_from_a_part_of_the_score(age: float, left: float) -> None:
    assert factor(age, RECIPE) == pytest.approx(left)


@pytest.mark.parametrize(
    ("scores", "ages", "order"),
    [
        ({"a": 0.5, "b": 0.5}, {"a": 30, "b": 1}, "ba"),
        ({"a": 0.5, "b": 0.5}, {"a": 3, "b": 3}, "ab"),
        ({"a": 0.9, "b": 0.5}, {"a": 10_000, "b": 0}, "ab"),  # a clear lead is never lost to age
        ({"a": 0.6, "b": 0.5}, {"a": 30, "b": 0}, "ba"),
        ({"a": 0.6, "b": 0.5}, {"b": 0}, "ba"),  # a day that is not known is long ago
        ({}, {}, ""),
    ],
)
def test_newer_ones_come_first_where_they_fit_as_well(
    scores: dict[str, float], ages: dict[str, int], order: str
) -> None:
    ranked = [Ranked(point, score) for point, score in scores.items()]
    days = {point: NOW - age * DAY_MS for point, age in ages.items()}
    assert "".join(one.point for one in blended(ranked, days, NOW, RECIPE)) == order


def test_shares_still_add_up_to_the_score() -> None:
    standings = (Standing("meaning", 1, 0.9, 0.5), Standing("words", 7, 3.5, 0.25))
    (found,) = blended([Ranked("a", 0.75, standings)], {"a": NOW - 10 * DAY_MS}, NOW, RECIPE)
    assert found.score == pytest.approx(0.6)
    assert [one.share for one in found.standings] == pytest.approx([0.4, 0.2])
    assert [(one.name, one.rank, one.score) for one in found.standings] == [
        ("meaning", 1, 0.9),
        ("words", 7, 3.5),
    ]
