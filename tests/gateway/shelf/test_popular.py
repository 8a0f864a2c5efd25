"""What people like most."""

from gateway.shelf.popular import popular
from gateway.shelf.said import Said
from gateway.shelf.shelf import Shelf


def test_likes_since_a_moment_are_counted() -> None:
    ada = Shelf([Said(paper="a", opinion="like", at="2"), Said(paper="b", opinion="like", at="2")])
    bob = Shelf([Said(paper="b", opinion="like", at="3"), Said(paper="c", tags=("x",), at="3")])
    eve = Shelf([Said(paper="a", opinion="dislike", at="3"), Said(paper="d", opinion="like")])
    assert popular([ada, bob, eve], since="2") == [("b", 2), ("a", 1)]
    assert popular([ada, bob, eve], since="") == [("b", 2), ("a", 1), ("d", 1)]
    assert popular([], since="") == []
