"""Content words and likeness."""

import pytest

from summarizer.terms import cosine, coverage, terms


def test_terms_are_content_words_without_plural() -> None:
    assert terms("The Networks of our networks and a gas-phase class") == {
        "network": 2,
        "gas-phase": 1,
        "class": 1,
    }


def test_likeness_is_one_for_the_same_and_zero_for_nothing_shared() -> None:
    one, other = terms("graph network"), terms("banana")

    assert cosine(one, one) == pytest.approx(1)
    assert cosine(one, other) == 0
    assert cosine(one, terms("")) == 0
    assert coverage(one, terms("graph theory")) == 0.5
    assert coverage(one, terms("")) == 0
