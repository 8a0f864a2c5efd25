"""Matching papers against queries, with a score for relevance."""

import re
import unicodedata
from functools import lru_cache

from standalone.upstream.paper import Paper, Version
from standalone.upstream.query import Both, DateRange, Query, Term

WORD = re.compile(r"[\w*?]+")
TITLE_WEIGHT = 4.0


def fold(value: str) -> str:
    """Return lower-case words without accents, each between single blanks."""
    bare = value
    if not value.isascii():
        plain = unicodedata.normalize("NFKD", value)
        bare = "".join(one for one in plain if not unicodedata.combining(one))
    return f" {' '.join(WORD.findall(bare.lower().replace('_', ' ')))} "


@lru_cache(maxsize=4096)
def _pattern(words: str) -> re.Pattern[str]:
    """Return the pattern of folded words; `*` and `?` are wildcards within a word."""
    escaped = re.escape(fold(words)).replace(r"\*", r"\w*").replace(r"\?", r"\w")
    return re.compile(escaped)


@lru_cache(maxsize=4096)
def _category(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words).replace(r"\*", ".*").replace(r"\?", "."), re.IGNORECASE)


class Searchable:
    """A paper's version with its fields folded for matching."""

    def __init__(self, paper: Paper, version: Version) -> None:
        self.paper, self.version = paper, version
        record = version.record
        self.categories = record.categories
        self.fields = {
            "ti": fold(record.title),
            "au": "".join(map(fold, record.authors)),
            "abs": fold(record.abstract),
            "co": fold(record.comment or ""),
            "jr": fold(record.journal_ref or ""),
            "rn": fold(record.report_no or ""),
            "id": fold(record.id),
        }

    def score(self, query: Query) -> float:
        """Return how well this matches, 0 for not at all."""
        match query:
            case Term("cat", words):
                pattern = _category(words)
                return 1.0 if any(map(pattern.fullmatch, self.categories)) else 0.0
            case Term("all", words):
                categories = self.score(Term("cat", words))
                return categories + sum(self._count(name, words) for name in self.fields)
            case Term(field, words):
                return self._count(field, words)
            case DateRange():
                return 1.0 if self._within(query) else 0.0
            case Both(operator, left, right):
                return self._joined(operator, self.score(left), self.score(right))

    def _count(self, field: str, words: str) -> float:
        if not words.strip():
            return 0.0
        found = len(_pattern(words).findall(self.fields[field]))
        return found * (TITLE_WEIGHT if field == "ti" else 1.0)

    def _within(self, span: DateRange) -> bool:
        first = self.paper.versions[0].at
        at = first if span.field == "submitted" else self.version.at
        return (span.low is None or at >= span.low) and (span.high is None or at <= span.high)

    @staticmethod
    def _joined(operator: str, left: float, right: float) -> float:
        if operator == "AND":
            return left + right if left and right else 0.0
        if operator == "ANDNOT":
            return 0.0 if right else left
        return left + right
