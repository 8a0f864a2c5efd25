"""The lists of a recommendation and their weights."""

import pytest

from common.ranking.fusing import MEANING, WORDS
from common.recommending import lists
from common.recommending.reasons import AUTHORS, OTHERS

ALL = {MEANING, WORDS, AUTHORS, OTHERS}


@pytest.mark.parametrize("there", [ALL, {MEANING, WORDS}, {OTHERS, WORDS}, {AUTHORS, MEANING}])
@pytest.mark.parametrize("shared", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("support", [0.0, 1.0])
def test_weights_are_parts_of_one(there: set[str], shared: float, support: float) -> None:
    weights = lists.weights_of(there, shared, support)
    assert sum(weights.values()) == pytest.approx(1.0)
    assert all(weight >= 0 for weight in weights.values())


def test_lists_that_are_not_there_leave_their_say_to_the_others() -> None:
    weights = lists.weights_of({MEANING, WORDS}, 1.0, 1.0)
    assert weights[AUTHORS] == weights[OTHERS] == 0.0


def test_others_and_authors_count_more_with_evidence() -> None:
    little, much = lists.weights_of(ALL, 0.0, 0.0), lists.weights_of(ALL, 0.0, 1.0)
    assert much[OTHERS] > little[OTHERS]
    assert lists.weights_of(ALL, 1.0, 0.0)[AUTHORS] > little[AUTHORS]


def test_an_empty_list_is_as_good_as_none() -> None:
    words = lists.scored(WORDS, [("p", 2.0), ("q", 1.0)])
    ranked = lists.together([words, lists.scored(OTHERS, [])], 0.0, 1.0)
    assert [(one.point, one.score) for one in ranked] == [("p", 1.0), ("q", 0.0)]
