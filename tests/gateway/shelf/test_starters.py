"""Papers to begin with."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gateway.ports import Card
from gateway.shelf.starters import starters


def card(number: int, category: str, *, withdrawn: bool = False) -> Card:
    categories = (category,) if category else ()
    return Card(
        paper=f"p{number}", version=1, title="T", categories=categories, withdrawn=withdrawn
    )


def test_each_category_gets_its_turn_the_largest_first() -> None:
    cards = [card(n, name) for n, name in enumerate("aaabbc")] + [card(9, "d", withdrawn=True)]
    chosen = starters(cards, count=5)
    assert [one.paper for one in chosen] == ["p0", "p3", "p5", "p1", "p4"]


@given(st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=30), st.integers(1, 12))
def test_they_are_as_many_and_as_spread_as_can_be(names: list[str], count: int) -> None:
    cards = [card(n, name) for n, name in enumerate(names)]
    chosen = starters(cards, count=count)
    assert len(chosen) == min(count, len(cards)) == len({one.paper for one in chosen})
    met, there = Counter(one.categories for one in chosen), Counter(one.categories for one in cards)
    for name, number in met.items():  # nobody gets a second turn before all had their first
        assert all(number <= met[other] + 1 or met[other] == there[other] for other in there), name
