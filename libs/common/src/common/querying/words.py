"""Words, names and categories as they are compared."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from common.bm25 import tokens

_JOINERS = re.compile(r"[-–—/]")
_ALNUM = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_FOLDED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"})
"""Letters that are no letter with an accent, as Qdrant folds them."""


@lru_cache(maxsize=512)
def stems(text: str) -> tuple[str, ...]:
    """Stems in order, without stop words; the parts of a compound are words of their own."""
    return tuple(tokens(_JOINERS.sub(" ", text)))


@lru_cache(maxsize=512)
def spelled(text: str) -> tuple[str, ...]:
    """Stems in order, stop words and all: what a phrase is compared by."""
    return tuple(stem for word in _JOINERS.sub(" ", text).split() for stem in _of_word(word))


@lru_cache(maxsize=100_000)
def _of_word(word: str) -> tuple[str, ...]:
    """The stems of a word, or a stop word as it is; a TeX command is no word."""
    return tuple(tokens(word)) or (() if "\\" in word else tuple(_ALNUM.findall(word.casefold())))


class Name(NamedTuple):
    """The name of a person who is looked for: lower case, no accents."""

    family: tuple[str, ...]
    """Must be there in full; empty when there are initials only."""
    others: tuple[str, ...] = ()
    """An initial stands for any name that begins with it, here and there."""


@lru_cache(maxsize=4096)
def name_of(text: str) -> Name:
    """The parts of ``Geoffrey Hinton``, ``G. Hinton``, ``Hinton, G`` or ``Hinton G``.

    What stands before a comma is the family name, or else the last part that is no initial.
    """
    parts = name_parts(text)
    before, comma, _ = text.partition(",")
    family = tuple(part for part in name_parts(before) if len(part) > 1) if comma else ()
    if not family:
        family = tuple(part for part in parts if len(part) > 1)[-1:]
    return Name(family, tuple(part for part in parts if part not in family))


def by(wanted: Name, author: str) -> bool:
    """Whether this is the person: all parts are there, in any order."""
    parts = name_parts(author)
    forenames = [part for part in parts if part not in wanted.family]
    return (
        bool(wanted.family or wanted.others)
        and all(part in parts for part in wanted.family)
        and all(any(_same(part, name) for name in forenames) for part in wanted.others)
    )


@lru_cache(maxsize=20_000)
def name_parts(text: str) -> tuple[str, ...]:
    """The parts of a name, lower case and without accents."""
    text = text.casefold()
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in decomposed if not unicodedata.combining(char))
    return tuple(_LETTERS.findall(text.translate(_FOLDED)))


def _same(one: str, other: str) -> bool:
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    return one == other


def in_category(code: str, wanted: str) -> bool:
    """Whether a category is the one wanted, or of the archive that is."""
    code, wanted = code.casefold(), wanted.casefold().removesuffix(".*")
    return code == wanted or code.startswith(f"{wanted}.")


def category(text: str) -> str:
    """A category or archive as arXiv writes it: ``CS.lg`` is ``cs.LG``, ``cs.*`` is ``cs``."""
    archive, _, subject = text.removesuffix(".*").partition(".")
    # two letters are an abbreviation (cs.LG), more are words (cond-mat.str-el)
    subject = subject.upper() if len(subject) <= 2 else subject.lower()
    return f"{archive.lower()}.{subject}" if subject else archive.lower()
