"""What filters mean, said of one paper: pure, where there is no index to ask."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from common.licences import kind_of
from common.querying.finding import times
from common.querying.words import by, name_of, spelled
from common.vectors.filters import Filters, Words
from common.vectors.points import groups_of


class Paper(Protocol):
    """What is looked at; ``PaperPoint`` has it, and so has any card made from one."""

    @property
    def paper(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def abstract(self) -> str: ...
    @property
    def authors(self) -> tuple[str, ...]: ...
    @property
    def categories(self) -> tuple[str, ...]: ...
    @property
    def feeds(self) -> tuple[str, ...]: ...
    @property
    def announced(self) -> str: ...
    @property
    def licence(self) -> str: ...
    @property
    def tldr(self) -> str: ...
    @property
    def has_pdf(self) -> bool: ...
    @property
    def full_text(self) -> bool: ...
    @property
    def withdrawn(self) -> bool: ...


def holds(filters: Filters, of: Paper) -> bool:
    """Whether every filter that is set holds for the paper, but ``dois``, which it may not know."""
    return all(
        (
            _listed(filters, "categories", groups_of(of.categories)),
            _listed(filters, "feeds", of.feeds),
            filters.ids is None or of.paper in filters.ids,
            of.paper not in filters.not_ids,
            _in_days(filters, of.announced),
            filters.has_pdf in (None, of.has_pdf),
            filters.full_text in (None, of.full_text),
            filters.withdrawn in (None, of.withdrawn),
            filters.summarised in (None, bool(of.tldr)),
            not filters.licences or kind_of(of.licence) in filters.licences,
            all(_has(words, of) is not words.excluded for words in filters.words),
        )
    )


def _listed(filters: Filters, name: str, there: Iterable[str]) -> bool:
    some, every, none = (set(getattr(filters, f"{how}{name}")) for how in ("", "all_", "not_"))
    mine = set(there)
    return (not some or bool(some & mine)) and every <= mine and not none & mine


def _in_days(filters: Filters, day: str) -> bool:
    left_out = (_between(day, days.first, days.last) for days in filters.not_days)
    return _between(day, filters.date_from, filters.date_to) and not any(left_out)


def _between(day: str, first: str, last: str) -> bool:
    return (not first or first <= day) and (not last or day <= last)


def _has(words: Words, of: Paper) -> bool:
    if words.place == "authors":
        return any(by(name_of(words.text), author) for author in of.authors)
    texts = (of.title, of.abstract) if words.place == "any" else (getattr(of, words.place),)
    return any(_in_text(words, spelled(text)) for text in texts)


def _in_text(words: Words, there: Sequence[str]) -> bool:
    wanted = spelled(words.text)
    if words.phrase:
        return times(wanted, there) > 0
    return bool(wanted) and set(wanted) <= set(there)
