"""Whether a paper fits a watch, how well, and why: pure, and the same wherever it is asked."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from common.events import PaperMeta
from common.watches.query import Query, Term, parse, stems
from common.watches.watch import Filters, Watch

TITLE = 1.0
ABSTRACT_ONCE = 0.6
ABSTRACT_OFTEN = 0.8
"""A word that comes three times or more in the abstract."""
OFTEN = 3

_NAME = re.compile(r"[^\W\d_]+")


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One part of the query that was found: where, and how often there."""

    text: str
    place: str
    """``title``, ``abstract``, ``author`` or ``category``."""
    count: int = 1


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on one paper; ``reason`` says in plain words why it does not fit."""

    fits: bool
    score: float = 0.0
    hits: tuple[Hit, ...] = ()
    reason: str = ""


class _Paper(NamedTuple):
    title: Sequence[str]
    abstract: Sequence[str]
    authors: Sequence[frozenset[str]]
    categories: Sequence[str]


def match(watch: Watch, meta: PaperMeta) -> Match:
    """The verdict; raises UsageError when the watch's query is wrong."""
    missed = _filtered(watch.filters, meta)
    if missed:
        return Match(fits=False, reason=missed)
    paper = _Paper(
        stems(meta.title),
        stems(meta.abstract),
        [_names(author) for author in meta.authors],
        meta.categories,
    )
    found = _scored(parse(watch.query), paper)
    if found.fits and found.score < watch.min_score:
        reason = f"score {found.score:.2f} is under {watch.min_score:.2f}"
        return msgspec.structs.replace(found, fits=False, reason=reason)
    return found


def _scored(query: Query, paper: _Paper) -> Match:
    hits: list[Hit] = []
    weight = reached = 0.0
    for term in query.terms:
        found = _found(term, paper)
        if term.excluded and found:
            return Match(fits=False, reason=f"-{term.text} is in the {found[0].place}")
        if term.required and not found:
            return Match(
                fits=False, hits=tuple(hits), reason=f"{term.field}:{term.text} is missing"
            )
        if term.excluded:
            continue
        own = max(len(term.stems), 1)
        weight += own
        reached += own * max((_worth(hit) for hit in found), default=0.0)
        hits += found
    if not weight:
        return Match(fits=True, score=1.0)
    if not hits:
        return Match(fits=False, reason="none of its words occur")
    return Match(fits=True, score=round(reached / weight, 4), hits=tuple(hits))


def _found(term: Term, paper: _Paper) -> list[Hit]:
    if term.field == "cat":
        places = [("category", sum(_in_category(code, term.text) for code in paper.categories))]
    elif term.field == "au":
        wanted = _names(term.text)
        places = [("author", sum(_is_author(wanted, author) for author in paper.authors))]
    else:
        texts = {"title": paper.title, "abstract": paper.abstract}
        if term.field:
            place = "title" if term.field == "ti" else "abstract"
            texts = {place: texts[place]}
        places = [(place, _times(term.stems, text)) for place, text in texts.items()]
    return [Hit(text=term.text, place=place, count=count) for place, count in places if count]


def _worth(hit: Hit) -> float:
    if hit.place != "abstract":
        return TITLE
    return ABSTRACT_OFTEN if hit.count >= OFTEN else ABSTRACT_ONCE


def _times(wanted: Sequence[str], text: Sequence[str]) -> int:
    """How often the stems occur side by side."""
    size = len(wanted)
    if not size:
        return 0
    return sum(tuple(text[at : at + size]) == tuple(wanted) for at in range(len(text) - size + 1))


def _filtered(filters: Filters, meta: PaperMeta) -> str:
    """Which filter does not hold, or nothing."""
    if filters.categories and not any(
        _in_category(code, wanted) for code in meta.categories for wanted in filters.categories
    ):
        return f"not in {', '.join(filters.categories)}"
    if filters.feeds and not set(filters.feeds) & set(meta.feeds):
        return f"not from feed {', '.join(filters.feeds)}"
    names = [_names(author) for author in meta.authors]
    if filters.authors and not any(
        _is_author(_names(wanted), author) for author in names for wanted in filters.authors
    ):
        return f"not by {', '.join(filters.authors)}"
    return ""


def _in_category(code: str, wanted: str) -> bool:
    code, wanted = code.lower(), wanted.lower().removesuffix(".*")
    return code == wanted or code.startswith(f"{wanted}.")


def _names(text: str) -> frozenset[str]:
    """The parts of a name, lower case, without accents and order."""
    plain = unicodedata.normalize("NFKD", text)
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return frozenset(_NAME.findall(bare.casefold()))


def _is_author(wanted: frozenset[str], author: frozenset[str]) -> bool:
    """All parts are there; an initial stands for any name that begins with it, and back."""
    return bool(wanted) and all(any(_same_name(part, name) for name in author) for part in wanted)


def _same_name(one: str, other: str) -> bool:
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    return one == other
