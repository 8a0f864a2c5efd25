"""The view of what one person says."""

from gateway.shelf.said import Said
from gateway.shelf.shelf import Shelf

SHELF = Shelf(
    [
        Said(paper="a", opinion="like", at="1"),
        Said(paper="b", opinion="dislike", tags=("x",), at="2"),
        Said(paper="c", tags=("x", "Y"), at="3"),
        Said(paper="d", state="read", at="4"),
        Said(paper="e", state="to_read", opinion="like", at="5"),
        Said(paper="gone", at="6"),
    ]
)


def test_the_newest_word_comes_first() -> None:
    assert [one.paper for one in SHELF.entries] == ["e", "d", "c", "b", "a"]
    assert SHELF.liked == ("e", "a")
    assert SHELF.disliked == ("b",)
    assert SHELF.tags == {"x": ("c", "b"), "Y": ("c",)}
    assert list(SHELF.tags) == ["x", "Y"]
    assert SHELF.in_state("read", "to_read") == ("e", "d")
    assert SHELF.papers() == {"a", "b", "c", "d", "e"}


def test_what_is_wanted_is_liked_tagged_or_on_the_reading_list_and_not_disliked() -> None:
    assert SHELF.wanted == ("e", "c", "a")


def test_of_other_papers_nothing_is_said() -> None:
    assert SHELF.said("other") == Said(paper="other")
    assert SHELF.said("a").opinion == "like"


def test_it_is_narrowed_by_everything_that_is_given() -> None:
    assert [one.paper for one in SHELF.narrowed(opinion="like")] == ["e", "a"]
    assert [one.paper for one in SHELF.narrowed(opinion="like", state="to_read")] == ["e"]
    assert [one.paper for one in SHELF.narrowed(tag="x", opinion="none")] == ["c"]
    assert len(SHELF.narrowed()) == 5
