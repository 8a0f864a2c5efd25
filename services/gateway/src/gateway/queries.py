"""What a person asks for in a query string, checked and named."""

import re
from datetime import date

import msgspec

from common.errors import UsageError
from common.licences import NAMES
from common.paperid import PaperId, parse
from common.querying import Query, within
from common.querying import parse as parse_query
from common.querying.values import NAME, wrong_years, years
from common.querying.words import category as canonical
from gateway.ports import Filters

MODES = ("hybrid", "keyword", "semantic")
MAX_QUERY_CHARS = 5000
MAX_LICENCES = 20
_CATEGORY = re.compile(r"^[A-Za-z][A-Za-z-]{1,15}(\.[A-Za-z-]{1,12})?$")
_BLANK = re.compile(r"[\x00-\x1f\x7f\s]")
_IDENTIFIER = re.compile(
    r"^(?:https?://|arxiv:|doi:|oai:|upload:|10\.\d{4,9}/|\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})",
    re.IGNORECASE,
)
_NAMED = re.compile(r"^(arxiv|doi):\s+", re.IGNORECASE)
"""As references are written: ``doi: 10.1000/xyz``."""


def filters(
    *,
    category: list[str] | None = None,
    feed: str | None = None,
    dates: tuple[str | None, str | None] = (None, None),
    has_pdf: bool | None = None,
    full_text: bool | None = None,
) -> Filters:
    """The filters, every value checked; raises UsageError naming the parameter."""
    first, last = day("date_from", dates[0]), day("date_to", dates[1])
    if first and last and first > last:
        raise UsageError("date_from", f"{first} is after date_to {last}; swap them")
    categories = tuple(
        _category(one) for value in category or [] for one in value.split(",") if one.strip()
    )
    if len(categories) > 50:
        raise UsageError("category", "at most 50 categories can be asked for at once")
    return Filters(
        categories=categories,
        feeds=(name("feed", feed),) if feed else (),
        date_from=first,
        date_to=last,
        has_pdf=has_pdf,
        full_text=full_text,
    )


def further(
    found: Filters,
    *,
    has_summary: bool | None = None,
    licence: list[str] | None = None,
    year: str | None = None,
) -> Filters:
    """The filters and some more, every value checked; raises UsageError naming the parameter."""
    kinds = tuple(
        _licence(one) for value in licence or [] for one in value.split(",") if one.strip()
    )
    if len(kinds) > MAX_LICENCES:
        raise UsageError("licence", f"at most {MAX_LICENCES} licences can be asked for at once")
    more = msgspec.structs.replace(found, summarised=has_summary, licences=kinds)
    return _in_years(more, year.strip()) if year and year.strip() else more


def _in_years(found: Filters, text: str) -> Filters:
    told = wrong_years("", text[:40])
    asked = years(text)
    if told or asked is None:
        raise UsageError("year", told)
    more = within(found, asked)
    if more is None:
        raise UsageError("year", f"{text} leaves nothing of the days asked for; leave one out")
    return more


def name(field: str, value: str) -> str:
    """A name as feeds and watches have one; raises UsageError."""
    if not NAME.fullmatch(value):
        raise UsageError(field, f"{value[:80]!r} is not a name; use letters, digits, - and _")
    return value


def query(text: str) -> str:
    """A query that can be searched for; raises UsageError.

    Every character keeps its place, so that mistakes are told where they were written.
    """
    clean = _BLANK.sub(" ", text).rstrip()
    if not clean:
        raise UsageError("q", "is empty; write a few words, a title or a paper id")
    if len(clean) > MAX_QUERY_CHARS:
        raise UsageError("q", f"has {len(clean)} characters, at most {MAX_QUERY_CHARS} are allowed")
    return clean


def parsed(text: str) -> Query:
    """The parts of a query as ``query`` gives it; raises QuerySyntaxError."""
    return parse_query(text, "q")


def mode(value: str) -> str:
    """A way to search; raises UsageError."""
    if value not in MODES:
        raise UsageError("mode", f"{value[:40]!r} is not one of {', '.join(MODES)}")
    return value


def identifier(text: str) -> PaperId | None:
    """The paper a query names outright, or None when it is words."""
    text = _NAMED.sub(r"\1:", text.strip())
    if " " in text or not _IDENTIFIER.match(text):
        return None
    try:
        return parse(text)
    except UsageError:
        return None


def _category(value: str) -> str:
    clean = value.strip()
    if not _CATEGORY.match(clean):
        raise UsageError("category", f"{clean[:40]!r} is not a category; write it like cs.LG")
    return canonical(clean)


def _licence(value: str) -> str:
    clean = value.strip().lower()
    if clean not in NAMES:
        raise UsageError("licence", f"{clean[:40]!r} is not one of {', '.join(NAMES)}")
    return clean


def day(field: str, value: str | None) -> str:
    """A day as YYYY-MM-DD, empty for none; raises UsageError."""
    if not value:
        return ""
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise UsageError(field, f"{value[:40]!r} is not a day; write it like 2026-07-14") from error
