"""What one person says of one paper, and how that changes."""

import unicodedata
from collections.abc import Iterable
from typing import Literal, TypeVar

import msgspec

from common.errors import UsageError

Opinion = Literal["none", "like", "dislike"]
Reading = Literal["none", "to_read", "reading", "read"]
OPINIONS: tuple[Opinion, ...] = ("none", "like", "dislike")
READINGS: tuple[Reading, ...] = ("none", "to_read", "reading", "read")

Word = TypeVar("Word", bound=str)

MAX_TAG_CHARS = 64
MAX_TAGS = 50
"""So many tags one paper may have."""


class Said(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything a person says of a paper."""

    paper: str
    opinion: Opinion = "none"
    tags: tuple[str, ...] = ()
    state: Reading = "none"
    at: str = ""
    """When it was last changed."""

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is said any more."""
        return self.opinion == "none" and not self.tags and self.state == "none"


def tag(text: str) -> str:
    """A tag as it is kept; raises UsageError."""
    clean = unicodedata.normalize("NFC", " ".join(text.split()))
    if not clean:
        raise UsageError("tag", "is empty; write a word or a few, like graph networks")
    if len(clean) > MAX_TAG_CHARS:
        raise UsageError("tag", f"has {len(clean)} characters; write at most {MAX_TAG_CHARS}")
    if not clean.isprintable() or any(sign in clean for sign in ',"'):
        raise UsageError("tag", "may not hold a comma, a quote or a sign that cannot be printed")
    return clean


def tags(given: Iterable[str]) -> tuple[str, ...]:
    """Tags as they are kept: each once, in the order of the alphabet; raises UsageError."""
    clean = sorted({tag(one) for one in given}, key=lambda one: (one.casefold(), one))
    if len(clean) > MAX_TAGS:
        told = f"are {len(clean)}; a paper may have at most {MAX_TAGS}, take some off"
        raise UsageError("tags", told)
    return tuple(clean)


def opinion(text: str) -> Opinion:
    """An opinion as a form sends it; raises UsageError."""
    return _one_of("opinion", text, OPINIONS)


def state(text: str) -> Reading:
    """A reading state as a form sends it; raises UsageError."""
    return _one_of("state", text, READINGS)


def _one_of(field: str, text: str, known: tuple[Word, ...]) -> Word:
    for one in known:
        if one == text:
            return one
    raise UsageError(field, f"{text[:40]!r} is not one of {', '.join(known)}")
