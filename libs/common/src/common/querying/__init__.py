"""The query language of searches and watches (extra ``text``); its rules are in ``parsing``."""

from common.querying.finding import Hit, Texts, found, occurrences
from common.querying.mistakes import QuerySyntaxError
from common.querying.narrowing import narrowed
from common.querying.parsing import MAX_LENGTH, MAX_TERMS, parse
from common.querying.query import FIELDS, Field, Query, Term, render
from common.querying.words import Name, by, in_category, name_of, spelled, stems

__all__ = [
    "FIELDS",
    "MAX_LENGTH",
    "MAX_TERMS",
    "Field",
    "Hit",
    "Name",
    "Query",
    "QuerySyntaxError",
    "Term",
    "Texts",
    "by",
    "found",
    "in_category",
    "name_of",
    "narrowed",
    "occurrences",
    "parse",
    "render",
    "spelled",
    "stems",
]
