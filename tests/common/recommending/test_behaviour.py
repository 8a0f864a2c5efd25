"""What others like who like the same."""

import pytest

from common.recommending.behaviour import NOBODY, Others

PEOPLE = (("a", "b", "c"), ("a", "b", "d"), ("e", "f"), ("a", "g", "h", "i", "j", "k"))


def papers(others: Others, *liked: str) -> list[str]:
    return [one.paper for one in others.suggested(liked)]


def test_those_with_more_in_common_count_more() -> None:
    found = papers(Others(PEOPLE), "a", "b")
    assert set(found[:2]) == {"c", "d"}
    assert "e" not in found
    assert not {"a", "b"} & set(found)


def test_a_weightier_like_pulls_more() -> None:
    others = Others([("a", "x"), ("b", "y")])
    assert [one.paper for one in others.suggested(("a", "b"), (1.0, 0.1))] == ["x", "y"]
    assert [one.paper for one in others.suggested(("a", "b"), (0.1, 1.0))] == ["y", "x"]


def test_one_is_not_ones_own_witness() -> None:
    others = Others([("a", "secret"), ("a", "open"), ("b",)])
    assert papers(others.but(0), "a") == ["open"]
    assert others.but(0).witnesses(("a",), "secret") == 0
    assert papers(others, "a") == ["open", "secret"]


@pytest.mark.parametrize("liked", [(), ("nobody has it",), ("f",)])
def test_without_company_nothing_is_suggested(liked: tuple[str, ...]) -> None:
    others = Others([("f",), ("g",)])
    assert others.suggested(liked) == []
    assert NOBODY.suggested(liked) == []
    assert NOBODY.support(liked) == 0.0


def test_support_is_the_part_with_people_who_have_two_in_common() -> None:
    others = Others(PEOPLE)
    assert others.support(("a", "b")) == 1.0
    assert others.support(("a", "e")) == 0.0
    assert others.support(("a", "b", "e", "unknown")) == 0.5


def test_witnesses_are_people_with_both() -> None:
    others = Others(PEOPLE)
    assert others.witnesses(("a", "b"), "c") == 1
    assert others.witnesses(("a",), "b") == 2
    assert others.witnesses(("a",), "unknown") == 0


def test_the_same_like_counts_once() -> None:
    assert Others([("a", "a", "b")]).popularity.tolist() == [1, 1]
