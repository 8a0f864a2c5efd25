"""What somebody says of papers."""

from common.recommending.likes import Likes
from common.recommending.recipe import RECIPE


def test_a_paper_to_read_says_less_unless_it_is_tagged() -> None:
    likes = Likes(liked=("a", "b", "c"), kept=frozenset("ab"), tags={"x": ("b",)})
    assert [likes.weight(one) for one in "abc"] == [RECIPE.kept, 1.0, 1.0]
    assert Likes(liked=("a",), weights={"a": 3.0}).weight("a") == 3.0


def test_known_papers_do_not_come_up() -> None:
    likes = Likes(liked=("a", "b"), disliked=("c",), skip=frozenset("bd"))
    assert likes.unwanted == ("a", "b", "c", "d")


def test_only_the_last_likes_are_learned_from() -> None:
    many = tuple(str(at) for at in range(3 * RECIPE.likes))
    assert Likes(liked=many, disliked=many).heard == many[: RECIPE.likes]
    assert Likes(disliked=many).refused == many[: RECIPE.likes]
