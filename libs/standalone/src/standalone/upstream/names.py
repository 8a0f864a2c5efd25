"""Authors' names: split into key name and forenames, and joined into one line."""

import re
from collections.abc import Sequence
from typing import NamedTuple

SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV", re.ASCII)


class Name(NamedTuple):
    """A name in arXiv's parts; empty strings for those it lacks."""

    key: str
    forenames: str
    suffix: str


def split_name(full: str) -> Name:
    """Split `Ludwig van der Berg Jr.`: lower-case particles belong to the key name."""
    words = full.split()
    suffix = words.pop() if len(words) > 2 and SUFFIX.fullmatch(words[-1]) else ""
    start = max(len(words) - 1, 0)
    while start > 1 and words[start - 1][0].islower():
        start -= 1
    return Name(" ".join(words[start:]), " ".join(words[:start]), suffix)


def inverted(full: str) -> str:
    """Return `Berg, Ludwig`, as oai_dc writes creators."""
    name = split_name(full)
    return ", ".join(part for part in name if part)


def joined(authors: Sequence[str]) -> str:
    """Return `A, B and C`, as arXivRaw writes authors."""
    if len(authors) < 2:
        return "".join(authors)
    return f"{', '.join(authors[:-1])} and {authors[-1]}"
