"""What a person asks for in a query string, checked and named."""

import re
from datetime import date

from common.errors import UsageError
from common.paperid import PaperId, parse
from gateway.ports import Filters

MODES = ("hybrid", "keyword", "semantic")
MAX_QUERY_CHARS = 1000
_CATEGORY = re.compile(r"^[A-Za-z][A-Za-z-]{1,15}(\.[A-Za-z-]{1,12})?$")
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")
_IDENTIFIER = re.compile(
    r"^(?:https?://|arxiv:|doi:|oai:|upload:|10\.\d{4,9}/|\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})",
    re.IGNORECASE,
)


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
        feed=name("feed", feed) if feed else "",
        date_from=first,
        date_to=last,
        has_pdf=has_pdf,
        full_text=full_text,
    )


def name(field: str, value: str) -> str:
    """A name as feeds and watches have one; raises UsageError."""
    if not _NAME.fullmatch(value):
        raise UsageError(field, f"{value[:80]!r} is not a name; use letters, digits, - and _")
    return value


def query(text: str) -> str:
    """A query that can be searched for; raises UsageError."""
    clean = " ".join(text.replace("\x00", " ").split())
    if not clean:
        raise UsageError("q", "is empty; write a few words, a title or a paper id")
    if len(clean) > MAX_QUERY_CHARS:
        raise UsageError("q", f"has {len(clean)} characters, at most {MAX_QUERY_CHARS} are allowed")
    return clean


def mode(value: str) -> str:
    """A way to search; raises UsageError."""
    if value not in MODES:
        raise UsageError("mode", f"{value[:40]!r} is not one of {', '.join(MODES)}")
    return value


def identifier(text: str) -> PaperId | None:
    """The paper a query names outright, or None when it is words."""
    if " " in text.strip() or not _IDENTIFIER.match(text.strip()):
        return None
    try:
        return parse(text)
    except UsageError:
        return None


def _category(value: str) -> str:
    clean = value.strip()
    if not _CATEGORY.match(clean):
        raise UsageError("category", f"{clean[:40]!r} is not a category; write it like cs.LG")
    return clean


def day(field: str, value: str | None) -> str:
    """A day as YYYY-MM-DD, empty for none; raises UsageError."""
    if not value:
        return ""
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise UsageError(field, f"{value[:40]!r} is not a day; write it like 2026-07-14") from error
