"""What recommendations are learned from."""

from typing import NamedTuple

from common.recommending.behaviour import NOBODY, Others
from common.recommending.likes import Likes
from common.recommending.recipe import RECIPE
from gateway.shelf.shelf import Shelf


class Wish(NamedTuple):
    """What somebody wants: papers, and words of their own."""

    likes: Likes
    text: str = ""
    others: Others = NOBODY
    """What other people want."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to learn from."""
        return not self.likes.liked and not self.text


def of_shelf(shelf: Shelf, *, tag: str = "") -> Likes:
    """What one person wants, all over or under one of their tags; raises UsageError."""
    under = frozenset(shelf.tagged(tag)) if tag else shelf.papers()
    liked = tuple(one for one in shelf.wanted if one in under)
    heard = frozenset(liked[: RECIPE.likes])
    names = (tag,) if tag else tuple(shelf.tags)
    return Likes(
        liked=liked,
        disliked=shelf.disliked,
        tags={name: tuple(one for one in shelf.tags[name] if one in heard) for name in names},
        kept=heard.intersection(shelf.in_state("to_read", "reading")),
        skip=shelf.papers(),
    )
