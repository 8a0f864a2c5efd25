"""What a file names, entry by entry, before anybody looks whether it is here. Pure."""

from typing import NamedTuple

from gateway.shelf.said import Said

MOST_TEXT = 120


class Entry(NamedTuple):
    """Something that names a paper in at least one way."""

    line: int
    """Where it begins, counted from 1; in JSON, the number of the paper."""
    text: str
    """What it is called there."""
    papers: tuple[str, ...]
    """Keys it may be known by, the surest first."""
    said: Said | None = None
    """What was said of it where it comes from."""


class Misread(NamedTuple):
    """Something of which nothing can be made, and why."""

    line: int
    text: str
    why: str


class FeedNamed(NamedTuple):
    """A feed that a list of feeds names."""

    title: str
    url: str
    categories: tuple[str, ...] = ()
    """Of arXiv, when it is a feed of arXiv."""


class Parsed(NamedTuple):
    """All that a file names."""

    entries: list[Entry]
    misread: list[Misread]
    feeds: tuple[FeedNamed, ...] = ()


def sorted_out(found: list[Entry | Misread]) -> Parsed:
    """What was read and what was not, each in its order."""
    entries = [one for one in found if isinstance(one, Entry)]
    return Parsed(entries, [one for one in found if isinstance(one, Misread)])


def short(text: str) -> str:
    """The text on one line of bearable length."""
    clean = " ".join(text.split())
    return clean if len(clean) <= MOST_TEXT else clean[: MOST_TEXT - 1] + "…"
