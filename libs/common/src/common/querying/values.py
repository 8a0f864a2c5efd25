"""What may stand behind a field: checked, and read."""

import re
from collections.abc import Callable
from typing import NamedTuple

from common.errors import UsageError
from common.paperid import parse as parse_id
from common.querying.query import Field
from common.querying.words import name_parts, spelled

FIRST_YEAR, LAST_YEAR = 1000, 9999
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
"""What a feed or a watch may be called."""

_CATEGORY = re.compile(r"[A-Za-z][A-Za-z-]{1,15}(?:\.(?:[A-Za-z-]{1,12}|\*))?")
_YEARS = re.compile(r"(?P<first>[1-9]\d{3})?(?P<to>\.\.)?(?P<last>[1-9]\d{3})?", re.ASCII)


class Years(NamedTuple):
    """Years from first to last, both included."""

    first: int = FIRST_YEAR
    last: int = LAST_YEAR

    @property
    def days(self) -> tuple[str, str]:
        """The first and the last day, YYYY-MM-DD; empty where it is open."""
        return (
            f"{self.first}-01-01" if self.first > FIRST_YEAR else "",
            f"{self.last}-12-31" if self.last < LAST_YEAR else "",
        )


def years(text: str) -> Years | None:
    """The years of ``2024``, ``2020..2024``, ``2020..`` or ``..2019``; None when it is none."""
    found = _YEARS.fullmatch(text.strip())
    if found is None or not (found["first"] or found["last"]):
        return None
    if not found["to"]:
        return None if found["last"] else Years(int(text), int(text))
    return Years(int(found["first"] or FIRST_YEAR), int(found["last"] or LAST_YEAR))


def wrong(field: Field, text: str) -> str:
    """What is wrong with the value of a field and how to mend it, or nothing."""
    check = _CHECKS.get(field)
    return check(text) if check else ""


def wrong_years(name: str, text: str) -> str:
    """What is wrong with years in a field or parameter of this name, or nothing."""
    asked = years(text)
    if asked is None:
        return (
            f"{text} is no year; write it like {name}2024, {name}2020..2024, {name}2020.. "
            f"or {name}..2019"
        )
    if asked.first > asked.last:
        return f"{text} ends before it begins; write {name}{asked.last}..{asked.first}"
    return ""


def _years(text: str) -> str:
    told = wrong_years("year:", text)
    return f"year:{told}" if told else ""


def _text(text: str) -> str:
    return "" if spelled(text) else f"{text} has neither letters nor digits; write a word"


def _author(text: str) -> str:
    return "" if name_parts(text) else f"au:{text} is no name; write it like au:hinton"


def _category(text: str) -> str:
    good = _CATEGORY.fullmatch(text)
    return "" if good else f"cat:{text} is no category; write it like cat:cs.LG or cat:cs"


def _id(text: str) -> str:
    try:
        parse_id(text)
    except UsageError:
        return f"id:{text} is no paper id; write it like id:2401.00001 or id:10.1000/xyz"
    return ""


def _feed(text: str) -> str:
    good = NAME.fullmatch(text)
    return "" if good else f"feed:{text} is no name of a feed; write it like feed:ai-scholar"


_CHECKS: dict[Field, Callable[[str], str]] = {
    "": _text,
    "ti": _text,
    "abs": _text,
    "au": _author,
    "cat": _category,
    "id": _id,
    "year": _years,
    "feed": _feed,
}
