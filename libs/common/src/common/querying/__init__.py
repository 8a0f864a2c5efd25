"""The query language of searches and watches (extra ``text``); its rules are in ``parsing``."""

from common.querying.finding import Hit, Texts, occurrences
from common.querying.mistakes import QuerySyntaxError
from common.querying.narrowing import narrowed, within
from common.querying.parsing import MAX_LENGTH, MAX_TERMS, parse
from common.querying.query import Query, Term, render
from common.querying.words import by, in_category, name_of, stems

__all__ = [
    "MAX_LENGTH",
    "MAX_TERMS",
    "Hit",
    "Query",
    "QuerySyntaxError",
    "Term",
    "Texts",
    "by",
    "in_category",
    "name_of",
    "narrowed",
    "occurrences",
    "parse",
    "render",
    "stems",
    "within",
]
