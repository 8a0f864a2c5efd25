"""What the list part of the first page shows."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from common.errors import UsageError
from common.querying import QuerySyntaxError
from gateway import listing_passages
from gateway.asked import Question
from gateway.pages.bar import Bar, licence_name
from gateway.ports import Index
from gateway.views import PaperItem
from gateway.views_facets import Facets

LABELS = {
    "q": "The search",
    "date_from": "The first day",
    "date_to": "The last day",
    "category": "The category",
    "feed": "The feed",
    "licence": "The licence",
    "mode": "Search by",
    "sort": "The order",
    "cursor": "The place in the list",
}
CATEGORIES = 40
LICENCES = 8
PASSAGES = 25
AROUND = 40
"""Characters shown on both sides of a mistake."""


class Shown(NamedTuple):
    """The list, or what went wrong."""

    items: Sequence[Any] = ()
    passages: Sequence[Any] = ()
    cursor: str = ""
    took_ms: float | None = None
    dated: bool = False
    """Whether it is a list by day."""
    paper: str = ""
    """The one paper that the query names."""
    problem: str = ""


class Mistake(NamedTuple):
    """What is wrong with the words of a search, and where."""

    told: str
    before: str
    """The words up to there, as far as there is room."""
    wrong: str
    after: str


class Spread(NamedTuple):
    """What can be narrowed to, with counts."""

    categories: Sequence[tuple[str, int]] = ()
    licences: Sequence[tuple[str, str, int]] = ()
    """Value, name, count."""
    has_summary: int = 0
    full_text: int = 0
    holding: int | None = None
    """How many papers hold all words of the query."""


def mistake_of(q: str, error: UsageError | None) -> Mistake | None:
    """The mistake with its place in the query; None for one that has no place."""
    if not isinstance(error, QuerySyntaxError):
        return None
    at, end = error.position - 1, error.position - 1 + error.length
    start = max(0, at - AROUND)
    before = f"{'…' if start else ''}{q[start:at]}"
    after = f"{q[end : end + AROUND]}{'…' if len(q) > end + AROUND else ''}"
    return Mistake(_sentence(error.what), before, q[at:end][: 2 * AROUND] or " ", after)


def _sentence(what: str) -> str:
    """With a capital letter, unless it begins with what was written: ``ti: is no …``."""
    first = what.split(" ", 1)[0]
    return what[:1].upper() + what[1:] if first.isalpha() and first.islower() else what


def spread(found: Facets, bar: Bar) -> Spread:
    """Counts for the form; what is chosen comes first and never vanishes."""
    counts = {one.value: one.count for one in found.categories}
    chosen = [(name, counts.pop(name, 0)) for name in bar.category]
    return Spread(
        categories=(chosen + list(counts.items()))[: max(CATEGORIES, len(chosen))],
        licences=_licences(found, bar.licence),
        has_summary=found.has_summary,
        full_text=found.full_text,
        holding=found.total if found.words else None,
    )


def _licences(found: Facets, chosen: str) -> list[tuple[str, str, int]]:
    counts = {one.value: one.count for one in found.licences[:LICENCES]}
    if chosen:
        counts.setdefault(chosen, 0)
    return [(kind, licence_name(kind), count) for kind, count in counts.items()]


async def inside(index: Index, question: Question) -> Shown:
    """Passages of all papers that answer the query; raises Unavailable."""
    text = question.query.ranked or question.text
    found = await listing_passages.search(index, text, question.wanted, limit=PASSAGES)
    return Shown(passages=found.items, took_ms=found.took_ms)


def by_day(items: Sequence[PaperItem]) -> list[tuple[str, list[PaperItem]]]:
    """Papers in groups of one day, in their order."""
    groups: list[tuple[str, list[PaperItem]]] = []
    for item in items:
        if not groups or groups[-1][0] != item.announced:
            groups.append((item.announced, []))
        groups[-1][1].append(item)
    return groups
