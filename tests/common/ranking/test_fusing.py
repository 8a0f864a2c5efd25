"""Two lists made into one."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.ranking.fusing import (
    MEANING,
    WORDS,
    Listed,
    Ranked,
    agreement,
    fused,
    hybrid,
)
from common.ranking.recipe import RECIPE as USUAL

RECIPE = msgspec.structs.replace(
    USUAL,
    version="t",
    candidates=9,
    meaning=0.6,
    trust=0.4,
    agreed=2,
    fresh_days=10,
    fresh_share=0.5,
)


def listed(name: str, pairs: dict[str, float], weight: float = 1.0) -> Listed:
    return Listed(name, list(pairs), list(pairs.values()), weight)


def scores(found: list[Ranked]) -> dict[str, float]:
    return {one.point: round(one.score, 6) for one in found}


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ([], {}),
        ([{}], {}),
        ([{}, {}], {}),
        ([{"a": 9.0}], {"a": 1.0}),
        ([{"a": 9.0, "b": 5.0, "c": 1.0}], {"a": 1.0, "b": 0.5, "c": 0.0}),
        ([{}, {"a": -2.0, "b": -4.0}], {"a": 1.0, "b": 0.0}),
        ([{"b": 7.0, "a": 7.0}], {"a": 1.0, "b": 1.0}),
        ([{"a": 4.0, "b": 2.0}, {"b": 30.0, "a": 10.0}], {"a": 0.5, "b": 0.5}),
        ([{"a": 4.0, "b": 2.0}, {"c": 30.0, "b": 20.0, "d": 10.0}], None),
    ],
)
def test_scores_are_brought_to_one_measure(
    lists: list[dict[str, float]], expected: dict[str, float] | None
) -> None:
    found = fused([listed(str(n), pairs) for n, pairs in enumerate(lists)])
    wanted = expected or {}
    if expected is None:
        wanted = {"a": 0.5, "c": 0.5, "b": 0.25, "d": 0.0}
    assert scores(found) == wanted
    assert [one.point for one in found] == list(wanted), "equal scores go by id"


def test_weights_count_in_proportion() -> None:
    meaning, words = {"a": 1.0, "b": 0.0}, {"b": 1.0, "a": 0.0}
    for by in (1.0, 7.0):
        found = fused([listed("m", meaning, 0.75 * by), listed("w", words, 0.25 * by)])
        assert scores(found) == {"a": 0.75, "b": 0.25}
    alone = fused([listed("m", {}, 0.75), listed("w", words, 0.25)])
    assert scores(alone) == {"b": 1.0, "a": 0.0}, "an empty list has no say"


def test_each_says_where_it_stood() -> None:
    found = fused([listed("m", {"a": 0.9, "b": 0.5}), listed("w", {"c": 12.0, "b": 3.0})])
    of_b = next(one for one in found if one.point == "b")
    assert [(one.name, one.rank, one.score, one.share) for one in of_b.standings] == [
        ("m", 2, 0.5, 0.0),
        ("w", 2, 3.0, 0.0),
    ]
    of_a = next(one for one in found if one.point == "a")
    assert [(one.name, one.rank, one.share) for one in of_a.standings] == [("m", 1, 0.5)]


POINTS = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.floats(-100, 100))


@given(st.lists(st.tuples(POINTS, st.floats(0.01, 5)), max_size=4))
def test_shares_add_up_to_the_score(given_lists: list[tuple[dict[str, float], float]]) -> None:
    lists = []
    for n, (pairs, weight) in enumerate(given_lists):
        best = dict(sorted(pairs.items(), key=lambda pair: -pair[1]))
        lists.append(listed(str(n), best, weight))
    found = fused(lists)
    assert {one.point for one in found} == {point for pairs, _ in given_lists for point in pairs}
    assert len(found) == len({one.point for one in found})
    for one in found:
        assert -1e-9 <= one.score <= 1 + 1e-9
        assert one.score == pytest.approx(sum(stood.share for stood in one.standings))
    assert found == sorted(found, key=lambda one: (-one.score, one.point))


@pytest.mark.parametrize(
    ("words", "weight"),
    [
        ({"x": 3.0, "y": 2.0, "a": 1.0}, 0.6),  # a is not among the best two
        ({"a": 3.0, "y": 2.0, "b": 1.0}, 0.4),
        ({"a": 3.0, "b": 2.0, "y": 1.0}, 0.2),
    ],
)
def test_the_less_the_lists_agree_the_more_meaning_counts(
    words: dict[str, float], weight: float
) -> None:
    meaning = listed(MEANING, {"c": 9.0, "b": 8.0, "a": 7.0})
    found = hybrid(meaning, listed(WORDS, words), RECIPE)
    share = {stood.name: stood.share for one in found for stood in one.standings if stood.rank == 1}
    assert share == {MEANING: pytest.approx(weight), WORDS: pytest.approx(1 - weight)}


@pytest.mark.parametrize("empty", [MEANING, WORDS])
def test_one_list_alone_decides(empty: str) -> None:
    there = {"a": 2.0, "b": 1.0}
    meaning = listed(MEANING, {} if empty == MEANING else there)
    words = listed(WORDS, {} if empty == WORDS else there)
    assert scores(hybrid(meaning, words, RECIPE)) == {"a": 1.0, "b": 0.0}
    assert hybrid(listed(MEANING, {}), listed(WORDS, {}), RECIPE) == []


@pytest.mark.parametrize(
    ("best", "others", "part"),
    [("", "abc", 0.0), ("ab", "", 0.0), ("ab", "bc", 0.5), ("ab", "dcba", 1.0)],
)
def test_agreement(best: str, others: str, part: float) -> None:
    assert agreement(best, others) == part
