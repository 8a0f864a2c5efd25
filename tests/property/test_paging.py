"""Whatever happens between two pages, a walk meets every paper once: no repeat, no gap."""

import asyncio
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes_gateway import FakeIndex
from gateway import listing
from gateway.asked import Manner, question
from gateway.listing import MAX_HITS, Page
from gateway.ports import Card, Filters

NOW = 1_784_000_000_000
DAYS = st.integers(1, 28).map(lambda day: f"2026-07-{day:02d}")
WEIGHTS = st.integers(0, 4)
"""How many words of the query a paper has beside the one that all have."""
EXTRA = ("walk", "net", "tree", "path")
MANNERS = [
    Manner(mode, sort)
    for mode, sort in (("hybrid", "relevance"), ("keyword", "blend"), ("hybrid", "newest"))
]


class Change(NamedTuple):
    """What happens between two pages."""

    arrive: list[tuple[int, str]]
    turn: list[tuple[int, int]]
    """Papers, by number, that get another place in the ranking."""


CHANGES = st.builds(
    Change,
    st.lists(st.tuples(WEIGHTS, DAYS), max_size=4),
    st.lists(st.tuples(st.integers(0, 60), WEIGHTS), max_size=4),
)


def card(number: int, weight: int, day: str) -> Card:
    abstract = f"graph {' '.join(EXTRA[:weight])}"
    paper = f"arxiv:2401.{number:05d}"
    return Card(paper=paper, version=1, title="T", abstract=abstract, announced=day)


def put(index: FakeIndex, one: Card) -> None:
    index.cards[one.paper] = one


def turn(index: FakeIndex, number: int, weight: int) -> None:
    before = index.cards.get(f"arxiv:2401.{number:05d}")
    if before is not None:
        put(index, card(number, weight, before.announced))


async def walk(
    index: FakeIndex, manner: Manner, limit: int, changes: list[Change], *, by_filter: bool
) -> list[str]:
    """All pages, with the changes between them."""
    told = "graph" if manner.sort == "newest" else "graph walk net tree path"
    ask = question(told, manner)
    met: list[str] = []
    cursor: str | None = None
    number = 1000
    for at in range(200):
        if by_filter:
            listed = await listing.newest(index, Filters(), limit=limit, cursor=cursor)
            met += [item.id for item in listed.items]
            cursor = listed.cursor
        else:
            part = Page(limit, cursor, explain=at % 2 == 0)
            found = await listing.search(index, ask, part, now_ms=NOW + at)
            met += [item.id for item in found.items]
            cursor = found.cursor
        if not cursor:
            return met
        for change in changes[at : at + 1]:
            for weight, day in change.arrive:
                number += 1
                put(index, card(number, weight, day))
            for which, weight in change.turn:
                turn(index, which, weight)
    raise AssertionError("a walk without end")


@settings(max_examples=40, deadline=None)
@given(
    there=st.lists(st.tuples(WEIGHTS, DAYS), max_size=60),
    limit=st.integers(1, 25),
    changes=st.lists(CHANGES, max_size=8),
    manner=st.sampled_from(MANNERS),
    by_filter=st.booleans(),
)
def test_a_walk_meets_each_once(
    there: list[tuple[int, str]],
    limit: int,
    changes: list[Change],
    manner: Manner,
    by_filter: bool,
) -> None:
    index = FakeIndex()
    for number, (weight, day) in enumerate(there):
        put(index, card(number, weight, day))
    before = set(index.cards)
    met = asyncio.run(walk(index, manner, limit, changes, by_filter=by_filter))
    assert len(met) == len(set(met))
    assert before <= set(met)
    if not by_filter and manner.sort != "newest":
        assert set(met) == before, "an order is made once"


@settings(max_examples=10, deadline=None)
@given(limit=st.integers(1, 100), extra=st.integers(1, 30))
def test_a_ranked_walk_ends_at_its_depth(limit: int, extra: int) -> None:
    index = FakeIndex()
    for number in range(MAX_HITS + extra):
        put(index, card(number, number % 5, "2026-07-01"))
    met = asyncio.run(walk(index, MANNERS[0], limit, [], by_filter=False))
    assert len(met) == len(set(met)) == MAX_HITS
