"""Filters in Qdrant's words; what they find is tested against servers."""

import pytest
from qdrant_client import models

from common.errors import UsageError
from common.querying import name_of
from common.vectors.conditions import all_of, any_of, conditions, equals, none_of
from common.vectors.filters import Days, Filters, Words
from common.vectors.persons import person


def test_nothing_asked_is_no_filter() -> None:
    assert conditions(Filters()) == []
    assert all_of([]) is None


def test_what_must_not_hold_stands_beside_what_must() -> None:
    a, b, c = (equals("paper", name) for name in "abc")
    found = all_of([a, none_of(b), none_of(c), any_of([a, b])])
    assert found == models.Filter(must=[a, models.Filter(should=[a, b])], must_not=[b, c])
    assert any_of([a]) is a


@pytest.mark.parametrize(
    ("words", "match"),
    [
        (Words(place="title", text="graph"), models.MatchText(text="graph")),
        (Words(place="title", text="a graph"), models.MatchPhrase(phrase="a graph")),
        (Words(place="title", text="zero-shot"), models.MatchPhrase(phrase="zero-shot")),
        (Words(place="title", text="a b", phrase=False), models.MatchText(text="a b")),
    ],
)
def test_words_side_by_side_are_a_phrase(words: Words, match: models.Match) -> None:
    assert conditions(Filters(words=(words,))) == [models.FieldCondition(key="title", match=match)]


def test_words_anywhere_are_in_the_title_or_the_abstract() -> None:
    (found,) = conditions(Filters(words=(Words(text="graph"),)))
    assert isinstance(found, models.Filter)
    assert isinstance(found.should, list)
    assert [one.key for one in found.should if isinstance(one, models.FieldCondition)] == [
        "title",
        "abstract",
    ]


def test_days_are_milliseconds_also_the_first_of_all() -> None:
    (found,) = conditions(Filters(date_from="1970-01-01"))
    assert found == models.FieldCondition(key="announced_ms", range=models.Range(gte=0))
    (out,) = conditions(Filters(not_days=(Days(last="1970-01-02"),)))
    assert out == none_of(
        models.FieldCondition(key="announced_ms", range=models.Range(lte=86_400_000))
    )


@pytest.mark.parametrize(
    ("filters", "field"),
    [
        (Filters(date_from="2024-02-02", date_to="2024-02-01"), "date_from"),
        (Filters(date_to="yesterday"), "date"),
        (Filters(not_days=(Days(first="2024-13-01"),)), "date"),
    ],
)
def test_days_that_cannot_be_are_refused(filters: Filters, field: str) -> None:
    with pytest.raises(UsageError) as caught:
        conditions(filters)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Hinton", 1),
        ("Garcia Marquez,", 3),
        ("Geoffrey Hinton", 3),
        ("G. Hinton", 2),
        ("J. K.", 1),
    ],
)
def test_a_name_asks_for_no_more_than_it_says(name: str, asked: int) -> None:
    must = person(name_of(name)).must
    assert isinstance(must, list)
    assert len(must) == asked
