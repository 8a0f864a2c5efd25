"""What people like most. Pure."""

from collections import Counter
from collections.abc import Iterable

from gateway.shelf.shelf import Shelf


def popular(shelves: Iterable[Shelf], *, since: str) -> list[tuple[str, int]]:
    """Papers and how many people have liked them since a moment, the most liked first."""
    likes = Counter(
        one.paper
        for shelf in shelves
        for one in shelf.entries
        if one.opinion == "like" and one.at >= since
    )
    return sorted(likes.items(), key=lambda pair: (-pair[1], pair[0]))
