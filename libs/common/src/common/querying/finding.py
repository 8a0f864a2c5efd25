"""Which parts of a query a paper has, where, and how often: pure, and the same for everyone."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from common.errors import UsageError
from common.paperid import parse as parse_id
from common.querying.query import Term
from common.querying.values import years
from common.querying.words import by, in_category, name_of, spelled, stems


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a query that was found: where, and how often there."""

    text: str
    place: str
    """``title``, ``abstract``, ``author``, ``category``, ``id``, ``year`` or ``feed``."""
    count: int = 1


class Texts(NamedTuple):
    """What is known of a paper."""

    title: str = ""
    abstract: str = ""
    authors: Sequence[str] = ()
    categories: Sequence[str] = ()
    feeds: Sequence[str] = ()
    announced: str = ""
    """Its announcement day, YYYY-MM-DD."""
    paper: str = ""
    """Its key."""


def occurrences(term: Term, texts: Texts) -> list[Hit]:
    """Where a paper has one part of a query, excluded or not; a tag is nowhere."""
    return [
        Hit(text=term.text, place=place, count=count)
        for place, count in _counts(term, texts)
        if count
    ]


def _counts(term: Term, texts: Texts) -> Iterable[tuple[str, int]]:
    match term.field:
        case "":
            return [(place, _times(term, getattr(texts, place))) for place in ("title", "abstract")]
        case "ti":
            return [("title", _times(term, texts.title))]
        case "abs":
            return [("abstract", _times(term, texts.abstract))]
        case "au":
            wanted = name_of(term.text)
            return [("author", sum(by(wanted, author) for author in texts.authors))]
        case "cat":
            inside = (in_category(code, term.text) for code in texts.categories)
            return [("category", sum(inside))]
        case "feed":
            return [("feed", int(term.text in texts.feeds))]
        case "year":
            return [("year", int(_in_years(term.text, texts.announced)))]
        case "id":
            return [("id", int(_is_paper(term.text, texts.paper)))]
        case _:
            return []


def times(wanted: Sequence[str], there: Sequence[str]) -> int:
    """How often the words occur side by side."""
    size = len(wanted)
    if not size or wanted[0] not in there:
        return 0
    return sum(there[at : at + size] == wanted for at in range(len(there) - size + 1))


def _times(term: Term, text: str) -> int:
    """How often the words of a term occur; the stop words of a plain one do not count."""
    exact = term.phrase or bool(term.field)
    return times(spelled(term.text), spelled(text)) if exact else times(term.stems, stems(text))


def _in_years(text: str, announced: str) -> bool:
    asked = years(text)
    year = announced[:4]
    return asked is not None and year.isdecimal() and asked.first <= int(year) <= asked.last


def _is_paper(text: str, paper: str) -> bool:
    try:
        return parse_id(text).key == paper
    except UsageError:
        return False
