"""What the list part of the first page shows."""

import pytest

from common.errors import UsageError
from common.querying import QuerySyntaxError
from gateway.pages.bar import Bar
from gateway.pages.found import CATEGORIES, Mistake, mistake_of, spread
from gateway.views_facets import Count, Facets

LONG = "word " * 40


@pytest.mark.parametrize(
    ("q", "position", "length", "parts"),
    [
        ("graph OR nets", 7, 2, ("graph ", "OR", " nets")),
        ("ti: graph", 1, 3, ("", "ti:", " graph")),
        ('graph "', 7, 1, ("graph ", '"', "")),
        ("graph -", 8, 1, ("graph -", " ", "")),
        (f"{LONG}-(a b", 201, 3, ("…" + LONG[-40:], "-(a", " b")),
        (f"OR {LONG}", 1, 2, ("", "OR", " " + LONG[:39] + "…")),
        ("x" * 1200, 1001, 200, ("…" + "x" * 40, "x" * 80, "")),
    ],
)
def test_a_mistake_has_its_place(
    q: str, position: int, length: int, parts: tuple[str, str, str]
) -> None:
    error = QuerySyntaxError("q", "is wrong", position=position, length=length)
    assert mistake_of(q, error) == Mistake("Is wrong", *parts)


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("a quotation mark is not closed", "A quotation mark is not closed"),
        ("ti: is followed by nothing", "ti: is followed by nothing"),
        ("OR: leave it out", "OR: leave it out"),
        ("- is followed by nothing", "- is followed by nothing"),
    ],
)
def test_what_was_written_is_told_as_it_was_written(what: str, told: str) -> None:
    found = mistake_of("x", QuerySyntaxError("q", what, position=1))
    assert found is not None
    assert found.told == told


def test_what_has_no_place_is_no_such_mistake() -> None:
    assert mistake_of("x", None) is None
    assert mistake_of("x", UsageError("q", "is empty")) is None


def facets(**more: object) -> Facets:
    given = {
        "total": 7,
        "words": True,
        "categories": [Count(value="cs.LG", count=5), Count(value="cs.CL", count=2)],
        "feeds": [],
        "months": [],
        "licences": [Count(value="none", count=4), Count(value="cc-by", count=3)],
        "has_pdf": 6,
        "full_text": 3,
        "has_summary": 1,
        **more,
    }
    return Facets(**given)  # type: ignore[arg-type]


def test_what_is_chosen_comes_first_and_never_vanishes() -> None:
    found = spread(facets(), Bar(category=("math.AG", "cs.CL"), licence="cc0"))
    assert found.categories == [("math.AG", 0), ("cs.CL", 2), ("cs.LG", 5)]
    assert found.licences == [
        ("none", "no licence stated", 4),
        ("cc-by", "CC BY", 3),
        ("cc0", "CC0", 0),
    ]
    assert (found.full_text, found.has_summary, found.holding) == (3, 1, 7)
    assert spread(facets(words=False), Bar()).holding is None


def test_not_more_than_there_is_room_for() -> None:
    many = [Count(value=f"cs.X{n}", count=1) for n in range(99)]
    assert len(spread(facets(categories=many), Bar()).categories) == CATEGORIES
