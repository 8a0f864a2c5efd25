"""A search as a person asks for it, made ready: parsed, narrowed, and named for its cursors."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

import msgspec

from common.errors import UsageError
from common.querying import MAX_TERMS, Query, Term, narrowed, stems
from common.vectors.filters import Filters, Words
from gateway import cursors, queries
from gateway.indexport import ALL_PAPERS
from gateway.shelf.shelf import Shelf

RELEVANCE, NEWEST, BLEND = "relevance", "newest", "blend"
SORTS = (RELEVANCE, NEWEST, BLEND)
NOBODY = Shelf()


class Personal(NamedTuple):
    """Which of one's own papers: all, or those on the shelf, with a tag, read or unread."""

    library: bool = False
    tag: str = ""
    read: bool | None = None


ANY = Personal()


class Manner(NamedTuple):
    """How a search is made."""

    mode: str = "hybrid"
    sort: str = RELEVANCE
    plain: bool = False
    """Take every word as such, as in a pasted abstract: no fields, no exclusions."""


USUAL = Manner()


class Question(NamedTuple):
    """What is looked for."""

    text: str
    """As it was written."""
    query: Query
    """Its parts."""
    manner: Manner
    wanted: Filters
    """All that narrows it: filters, what the query excludes or requires, one's own papers."""
    key: str
    """Names the question, so that cursors of two are not mixed up."""

    @property
    def mode(self) -> str:
        """hybrid, keyword or semantic."""
        return self.manner.mode

    @property
    def by_day(self) -> bool:
        """Whether it is a list by day: nothing to rank by, or asked to be one."""
        return not self.query.ranked or self.manner.sort == NEWEST

    @property
    def holding(self) -> Filters:
        """The filters, and the words: papers that hold all of them."""
        plain = (term for term in self.query.terms if term.ranks and not term.narrows)
        words = (Words(text=term.text, phrase=False) for term in plain if term.stems)
        return msgspec.structs.replace(self.wanted, words=(*self.wanted.words, *words))


def question(
    text: str,
    manner: Manner = USUAL,
    wanted: Filters = ALL_PAPERS,
    personal: Personal = ANY,
    *,
    shelf: Shelf = NOBODY,
) -> Question:
    """The question; raises UsageError, and QuerySyntaxError with the position of a mistake."""
    asked = queries.query(text)
    manner = Manner(queries.mode(manner.mode), _sort(manner.sort), manner.plain)
    query = _words(asked) if manner.plain or is_text(asked) else queries.parsed(asked)
    tags: Mapping[str, tuple[str, ...]] = shelf.tags
    narrow = narrowed(query, own(wanted, personal, shelf), tags, field="q")
    key = cursors.question("search", asked, manner, wanted, personal)
    return Question(asked, query, manner, narrow, key)


def own(wanted: Filters, personal: Personal, shelf: Shelf) -> Filters:
    """The filters narrowed to one's own papers; raises UsageError for a tag that is not there."""
    if personal.tag and personal.tag not in shelf.tags:
        told = f"{personal.tag[:60]!r} is none of your tags; see /api/v1/library/tags"
        raise UsageError("tag", told)
    among: list[Collection[str]] = [shelf.papers()] if personal.library else []
    if personal.tag:
        among.append(shelf.tags[personal.tag])
    done = shelf.in_state("read")
    if personal.read:
        among.append(done)
    if among:
        ids = frozenset.intersection(*map(frozenset, among))
        wanted = msgspec.structs.replace(wanted, ids=tuple(sorted(ids)))
    if personal.read is False:
        wanted = msgspec.structs.replace(wanted, not_ids=(*wanted.not_ids, *done))
    return wanted


def is_text(asked: str) -> bool:
    """Whether it is longer than any query: a pasted abstract has commas and dashes, not syntax."""
    return len(asked.split()) > MAX_TERMS


def _words(asked: str) -> Query:
    return Query(tuple(Term(word, stems=stems(word)) for word in asked.split()))


def _sort(value: str) -> str:
    if value not in SORTS:
        raise UsageError("sort", f"{value[:40]!r} is not one of {', '.join(SORTS)}")
    return value
