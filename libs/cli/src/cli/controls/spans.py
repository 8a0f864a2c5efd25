"""Times as a person writes them: ``30m`` from now, ``24h`` ago."""

import re
from datetime import timedelta

from common.errors import UsageError

_SPAN = re.compile(r"(\d{1,6})([smhd])", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def span_of(text: str, option: str) -> timedelta:
    """How long ``text`` says; raises UsageError that names the option."""
    found = _SPAN.fullmatch(text.strip())
    if found is None or not int(found[1]):
        raise UsageError(option, f"{text[:40]!r} is no time span; write it like 30m, 2h or 7d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def minute(at: str) -> str:
    """A time for people, to the minute."""
    return f"{at[:10]} {at[11:16]}Z" if at else ""
