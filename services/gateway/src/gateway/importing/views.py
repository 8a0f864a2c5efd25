"""What came of an import, as the API and the page show it."""

from typing import Annotated

import msgspec

from gateway.importing.entry import FeedNamed, Misread
from gateway.views import View


class NotUnderstood(View, frozen=True, kw_only=True):
    """An entry nothing can be made of."""

    line: int
    """Where it begins, counted from 1; in JSON, the number of the paper."""
    text: str
    why: Annotated[str, msgspec.Meta(examples=["has no arXiv id and no DOI"])]


class SuggestedFeed(View, frozen=True, kw_only=True):
    """A feed that was named; feeds are set up by the operator."""

    title: str
    url: str
    categories: tuple[str, ...] = ()


class Imported(View, frozen=True, kw_only=True):
    """How many papers came where; each is counted once."""

    format: str
    added: int = 0
    """In your library now, and here."""
    there: int = 0
    """In your library before; tags and what was not said yet were added."""
    asked: int = 0
    """In your library now, and asked for at their source; ``jobs`` tells how far that is."""
    jobs: tuple[str, ...] = ()
    not_understood: tuple[NotUnderstood, ...] = ()
    suggestions: tuple[SuggestedFeed, ...] = ()


def misread(found: list[Misread]) -> tuple[NotUnderstood, ...]:
    """What was not understood, in the order of the lines."""
    return tuple(NotUnderstood(**one._asdict()) for one in sorted(found))


def suggested(feeds: tuple[FeedNamed, ...]) -> tuple[SuggestedFeed, ...]:
    """The feeds that were named."""
    return tuple(SuggestedFeed(**one._asdict()) for one in feeds)
