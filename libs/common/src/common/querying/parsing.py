"""From the text of a query to its parts.

- A plain word ranks; a ``"phrase"`` must be there and ranks; ``-word`` and ``-"phrase"`` must not.
- ``ti: au: abs: cat: id: year: feed: tag:`` and a word or phrase, without a blank between: must
  hold, and must not behind a minus. Names of fields may be in capitals.
- Curly and other quotation marks are quotation marks. Brackets and punctuation are part of words.
- Upper-case AND is left out: all that must hold holds together. Upper-case OR and NOT are mistakes,
  in lower case they are words.
- A pasted title is words: a name and a colon that a blank follows (``Attention: a survey``) is no
  field, unless it is the name of one in lower case; nor is any other name with a capital
  (``MedPlan:A system``), an address or identifier (``https://…``, ``arxiv:…``), a time (``3:1``),
  one letter (``n:m``), two colons (``std::move``), a dash between blanks, two dashes, an arrow.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from common.querying.mistakes import QuerySyntaxError
from common.querying.query import FIELDS, Field, Query, Term
from common.querying.values import wrong
from common.querying.words import stems

MAX_LENGTH = 1000
MAX_TERMS = 50

_CLOSING = {'"': '"', "＂": "＂"}
_CURLY = "“”„‟«»"
_MARKS = "".join(_CLOSING) + _CURLY
_START = re.compile(
    rf"(?P<open>[(\[{{]*)(?P<minus>-?)(?:(?P<name>[A-Za-z]{{2,}}):)?(?P<mark>[{_MARKS}]?)"
)
_WORD = re.compile(rf"[^\s{_MARKS}]*")
_BLANKS = re.compile(r"\s*")
_AFTER_PHRASE = re.compile(rf"[^\w\s{_MARKS}]*")
_DASHES = re.compile(r"-+")
_EXCLUDED = re.compile(r"-(?!-)[\W_]*[^\W_]")
_CLOSING_TEX = re.compile("''")
_ALNUM = re.compile(r"[^\W_]")

_NO_FIELDS = ("arxiv", "doi", "oai", "upload", "http", "https", "mailto", "urn", "isbn", "pmid")
_MEANT = {"title": "ti", "author": "au", "authors": "au", "abstract": "abs", "category": "cat"}
_OPERATORS = {
    "OR": "plain words are alternatives already; leave OR out, or write it in lower case",
    "NOT": "what must not be there has a minus, like -survey; or write not in lower case",
    "ANDNOT": "what must not be there has a minus, like -survey",
}
_BRACKETS = "brackets group nothing here; leave them out"


@lru_cache(maxsize=1024)
def parse(text: str, field: str = "query") -> Query:
    """The query in ``text``; raises QuerySyntaxError, whose ``field`` is the one given."""
    if len(text) > MAX_LENGTH:
        told = f"is {len(text)} characters long; at most {MAX_LENGTH} fit"
        raise QuerySyntaxError(field, told, position=MAX_LENGTH + 1, length=len(text) - MAX_LENGTH)
    terms = tuple(_Reading(text, field).terms())
    searched = [term for term in terms if term.stems or term.narrows]
    if len(searched) > MAX_TERMS:
        told = f"has {len(searched)} parts; at most {MAX_TERMS} fit"
        raise QuerySyntaxError(field, told, position=searched[MAX_TERMS].at)
    return Query(terms)


class _Reading:
    """One way through a text; every step goes on behind what it has read."""

    def __init__(self, text: str, field: str) -> None:
        self._text = text
        self._field = field
        self._start = self._at = 0

    def terms(self) -> Iterator[Term]:
        """The terms in order."""
        while self._skip(_BLANKS) < len(self._text):
            self._start = self._at
            found = self._item(_START.match(self._text, self._at))
            if found is not None:
                yield found
            if self._at < len(self._text) and not self._text[self._at].isspace():
                raise self._wrong("a blank is missing here", self._at)

    def _item(self, start: re.Match[str] | None) -> Term | None:
        assert start is not None  # all its parts may be missing
        if start["mark"]:
            return self._phrase(start)
        name = (start["name"] or "").lower()
        self._at = start.end()
        value = self._word()
        if self._is_field(start, value):
            return self._with_field(start, name, value)
        self._at = self._start
        return self._plain(self._word())

    def _is_field(self, start: re.Match[str], value: str) -> bool:
        """Whether a name is meant as one, and not as a word of a title or an address."""
        name = start["name"] or ""
        if not name or value.startswith((":", "//")):
            return False
        if not value:
            return name in FIELDS
        if name.lower() in FIELDS:
            return True
        if name.lower() in _NO_FIELDS or start["open"] or not _ALNUM.search(value):
            return False
        return name.islower() or name.lower() in _MEANT

    def _with_field(self, start: re.Match[str], name: str, value: str) -> Term:
        if not value:
            rest = self._text[self._at :].strip()
            followed = f"by a blank; write {name}:word without one" if rest else "by nothing"
            raise self._wrong(f"{name}: is followed {followed}")
        return self._term(start, name, value, phrase=False)

    def _plain(self, word: str) -> Term | None:
        if _DASHES.fullmatch(word):
            if word == "-" and not self._text[self._at :].strip():
                raise self._wrong("- is followed by nothing")
            return Term(word, at=self._start + 1) if word != "-" else None
        if word in _OPERATORS:
            raise self._wrong(f"{word}: {_OPERATORS[word]}")
        if word == "AND":
            return None
        excluded = _EXCLUDED.match(word) is not None
        said = word[1:] if excluded else word
        if excluded and _opens(said):
            raise self._wrong(_BRACKETS)
        return Term(said, "", stems(said), False, excluded, self._start + 1)

    def _phrase(self, start: re.Match[str]) -> Term:
        mark, opened = start["mark"], start.end()
        closing = re.compile(re.escape(_CLOSING[mark]) if mark in _CLOSING else f"[{_CURLY}]")
        closed = closing.search(self._text, opened) or _CLOSING_TEX.search(self._text, opened)
        if closed is None:
            told = 'a quotation mark is not closed; write it like "graph network"'
            raise self._wrong(told, opened - 1)
        self._at = closed.end()
        said = self._text[opened : closed.start()]
        if not said.strip():
            raise self._wrong("there is nothing between the quotation marks")
        term = self._term(start, (start["name"] or "").lower(), said, phrase=True)
        self._skip(_AFTER_PHRASE)  # the colon or comma of a title
        return term

    def _term(self, start: re.Match[str], name: str, said: str, *, phrase: bool) -> Term:
        if (start["open"] and (name or start["minus"])) or (not phrase and _opens(said)):
            raise self._wrong(_BRACKETS)
        field: Field | None = next((one for one in ("", *FIELDS) if one == name), None)
        if field is None:
            known = " ".join(f"{one}:" for one in FIELDS)
            meant = f"write {_MEANT[name]}:" if name in _MEANT else f"use {known}"
            told = f"{name}: is no field; {meant}, or put a blank behind the colon"
            raise self._wrong(told)
        told = wrong(field, said)
        if told:
            raise self._wrong(told)
        found = stems(said) if field in ("", "ti", "abs") else ()
        return Term(said, field, found, phrase, bool(start["minus"]), self._start + 1)

    def _word(self) -> str:
        before = self._at
        return self._text[before : self._skip(_WORD)]

    def _skip(self, what: re.Pattern[str]) -> int:
        found = what.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._at

    def _wrong(self, what: str, at: int | None = None) -> QuerySyntaxError:
        """The mistake at a place, or in the whole of the part in hand."""
        if at is not None:
            return QuerySyntaxError(self._field, what, position=at + 1)
        length = max(self._at - self._start, 1)
        return QuerySyntaxError(self._field, what, position=self._start + 1, length=length)


def _opens(word: str) -> bool:
    """Whether a group begins here, unlike in ``(1+1)-dimensional``."""
    return word.startswith("(") and ")" not in word
