"""The query of a watch: words, "phrases", -exclusions and the fields ti: au: abs: cat:."""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from common.bm25 import tokens
from common.errors import UsageError

Field = Literal["", "ti", "au", "abs", "cat"]
FIELDS: tuple[Field, ...] = ("ti", "au", "abs", "cat")
MAX_LENGTH = 1000
MAX_TERMS = 50

_ITEM = re.compile(
    r'\s*(?P<minus>-?)(?:(?P<field>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))'
)
_JOINERS = re.compile(r"[-–—/]")


class Term(NamedTuple):
    """One part of a query; ``text`` as written, ``stems`` as searched (empty for au and cat)."""

    text: str
    field: Field = ""
    stems: tuple[str, ...] = ()
    excluded: bool = False

    @property
    def required(self) -> bool:
        """A part with a field must fit; plain words count towards the score."""
        return bool(self.field) and not self.excluded


class Query(NamedTuple):
    """A parsed query; without terms everything fits."""

    terms: tuple[Term, ...] = ()


@lru_cache(maxsize=512)
def parse(text: str) -> Query:
    """The query in ``text``; raises UsageError that names the position of a mistake."""
    if len(text) > MAX_LENGTH:
        raise UsageError("query", f"is {len(text)} characters long; at most {MAX_LENGTH} fit")
    terms: list[Term] = []
    at = 0
    while text[at:].strip():
        item = _ITEM.match(text, at)
        if item is None:
            raise _wrong(text, at, 'a quotation mark is not closed; write it like "graph network"')
        terms.append(_term(text, item))
        at = item.end()
        if at < len(text) and not text[at].isspace():
            raise _wrong(text, at, "a blank is missing here")
    if len(terms) > MAX_TERMS:
        raise UsageError("query", f"has {len(terms)} parts; at most {MAX_TERMS} fit")
    searched = tuple(term for term in terms if term.stems or term.field in ("au", "cat"))
    if terms and not any(not term.excluded for term in searched):
        raise UsageError("query", "has nothing to look for: add a word that is not a stop word")
    return Query(searched)


@lru_cache(maxsize=512)
def stems(text: str) -> tuple[str, ...]:
    """Stems in order; the parts of a compound are words of their own."""
    return tuple(tokens(_JOINERS.sub(" ", text)))


def _term(text: str, item: re.Match[str]) -> Term:
    name, excluded = (item["field"] or "").lower(), bool(item["minus"])
    said = item["phrase"] if item["phrase"] is not None else item["word"]
    if name and name not in FIELDS:
        raise _wrong(text, item.start("field"), f"{name}: is no field; use ti: au: abs: or cat:")
    if not said.strip():
        raise _wrong(text, item.start(), "there is nothing between the quotation marks")
    if said == "-" or (not name and said.endswith(":") and said[:-1].lower() in FIELDS):
        raise _wrong(text, item.start(), f"{said} is followed by nothing")
    field: Field = next((field for field in FIELDS if field == name), "")
    found = () if field in ("au", "cat") else stems(said)
    return Term(said, field, found, excluded)


def _wrong(text: str, at: int, what: str) -> UsageError:
    at += len(text[at:]) - len(text[at:].lstrip())
    return UsageError("query", f"{what} (position {at + 1})")
