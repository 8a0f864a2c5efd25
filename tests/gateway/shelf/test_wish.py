"""What is learned from."""

from common.recommending.likes import Likes
from common.recommending.recipe import RECIPE
from gateway.shelf.said import Said
from gateway.shelf.shelf import Shelf
from gateway.shelf.wish import Wish, of_shelf

MINE = Shelf(
    [
        Said(paper="a", opinion="like", at="1"),
        Said(paper="b", opinion="dislike", tags=("x",), at="2"),
        Said(paper="c", tags=("x", "y"), at="3"),
        Said(paper="d", state="read", at="4"),
        Said(paper="e", state="to_read", at="5"),
    ]
)


def test_all_over_everything_wanted_counts_and_everything_known_is_skipped() -> None:
    made = of_shelf(MINE)
    assert made.liked == ("e", "c", "a")
    assert made.disliked == ("b",)
    assert made.kept == {"e"}
    assert set(made.unwanted) == set("abcde")


def test_under_a_tag_its_papers_count_but_for_those_disliked() -> None:
    made = of_shelf(MINE, tag="x")
    assert made.liked == ("c",)
    assert made.tags == {"x": ("c",)}
    assert made.disliked == ("b",)


def test_of_a_large_library_only_what_is_heard_keeps_its_tags() -> None:
    many = RECIPE.likes + 50
    made = of_shelf(Shelf(Said(paper=f"p{n}", tags=("x",), at=f"{n:04d}") for n in range(many)))
    assert len(made.liked) == many
    assert made.tags["x"] == made.heard


def test_dislikes_alone_are_no_wish() -> None:
    assert Wish(of_shelf(Shelf([Said(paper="a", opinion="dislike")]))).is_empty
    assert not Wish(Likes(), text="graphs").is_empty
