"""What is said of a paper, as values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import UsageError
from gateway.shelf import said
from gateway.shelf.said import MAX_TAG_CHARS, Said


def tag_or_error(text: str) -> str | UsageError:
    try:
        return said.tag(text)
    except UsageError as error:
        return error


@given(st.text(max_size=80))
def test_a_tag_is_kept_or_one_clear_error(text: str) -> None:
    kept = tag_or_error(text)
    if isinstance(kept, UsageError):
        assert (kept.field, bool(kept.message)) == ("tag", True)
        return
    assert said.tag(kept) == kept
    assert 1 <= len(kept) <= MAX_TAG_CHARS
    assert kept.isprintable()
    assert "," not in kept


def test_tags_are_kept_once_in_the_order_of_the_alphabet() -> None:
    assert said.tags(["b", "A  x", "b ", "a", "B"]) == ("a", "A x", "B", "b")


def test_words_of_a_form_are_checked() -> None:
    assert (said.opinion("like"), said.state("to_read")) == ("like", "to_read")
    with pytest.raises(UsageError, match="none, like, dislike"):
        said.opinion("love")
    with pytest.raises(UsageError, match="to_read, reading"):
        said.state("later")


def test_nothing_is_said_once_all_is_taken_back() -> None:
    assert Said(paper="p", at="2026").is_nothing
    for one in (Said(paper="p", opinion="like"), Said(paper="p", tags=("a",))):
        assert not one.is_nothing
