"""A query in its parts."""

from typing import Literal, NamedTuple

Field = Literal["", "ti", "au", "abs", "cat", "id", "year", "feed", "tag"]
FIELDS: tuple[Field, ...] = ("ti", "au", "abs", "cat", "id", "year", "feed", "tag")
TEXT_FIELDS: tuple[Field, ...] = ("", "ti", "abs")
"""Those whose value is searched in the text of a paper."""


class Term(NamedTuple):
    """One part of a query."""

    text: str
    """The value as written, without field, minus and quotation marks."""
    field: Field = ""
    stems: tuple[str, ...] = ()
    """What is ranked by: no stop words; empty for the fields that only narrow."""
    phrase: bool = False
    """Whether it stood in quotation marks."""
    excluded: bool = False
    at: int = 1
    """Where it begins in the query, counted from 1."""

    @property
    def required(self) -> bool:
        """A part with a field must fit."""
        return bool(self.field) and not self.excluded

    @property
    def ranks(self) -> bool:
        """Whether papers are ranked by it."""
        return self.field in TEXT_FIELDS and not self.excluded

    @property
    def narrows(self) -> bool:
        """Whether papers that do not fit it are left out; a plain word only ranks."""
        return self.phrase or self.excluded or bool(self.field)


class Query(NamedTuple):
    """A parsed query; without terms everything fits."""

    terms: tuple[Term, ...] = ()

    @property
    def ranked(self) -> str:
        """The text to rank by, empty when the query only narrows."""
        text = " ".join(term.text for term in self.terms if term.ranks)
        return text if any(map(str.isalnum, text)) else ""

    @property
    def narrowing(self) -> tuple[Term, ...]:
        """The terms that must hold, or must not; phrases, ``ti:`` and ``abs:`` rank as well."""
        return tuple(term for term in self.terms if term.narrows)


def render(query: Query) -> str:
    """The query as text that means the same."""
    return " ".join(map(written, query.terms))


def written(term: Term) -> str:
    """One part as it stands in a query, with field, minus and quotation marks."""
    value = term.text
    if term.phrase:
        value = f"“{value}”" if '"' in value else f'"{value}"'
    name = f"{term.field}:" if term.field else ""
    return f"{'-' if term.excluded else ''}{name}{value}"
