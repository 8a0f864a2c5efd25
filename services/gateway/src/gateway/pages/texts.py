"""How times, spans and names are written on the page."""

from datetime import date, datetime

from common.ids import parse_time

_UNITS = ((1, 0.001, "ms"), (120, 1, "s"), (7200, 60, "min"), (172_800, 3600, "h"))
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def day(text: str) -> str:
    """``2026-07-14`` as ``Tuesday, 14 July 2026``; what is no day stays as it is."""
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        return text
    return f"{_DAYS[found.weekday()]}, {found.day} {_MONTHS[found.month - 1]} {found.year}"


def short_day(text: str) -> str:
    """``2026-07-14`` as ``14 Jul 2026``."""
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        return text
    return f"{found.day} {_MONTHS[found.month - 1][:3]} {found.year}"


def moment(text: str) -> str:
    """A time as ``14 Jul 2026, 08:03:12 UTC``."""
    found = _parsed(text)
    return f"{short_day(text)}, {found:%H:%M:%S} UTC" if found else text


def minute(text: str) -> str:
    """A time as ``14 Jul 2026, 08:03 UTC``."""
    found = _parsed(text)
    return f"{short_day(text)}, {found:%H:%M} UTC" if found else text


def clock(text: str) -> str:
    """The time of day in UTC."""
    found = _parsed(text)
    return f"{found:%H:%M:%S}" if found else text


def span(seconds: float | None) -> str:
    """A duration for people: ``240 ms``, ``3.2 s``, ``4 min``, ``2 h``."""
    if seconds is None:
        return "–"
    for most, divide, unit in _UNITS:
        if seconds < most:
            value = seconds / divide
            return f"{value:.1f} {unit}" if unit == "s" and value < 10 else f"{value:.0f} {unit}"
    return f"{seconds / 86_400:.0f} days"


def names(authors: tuple[str, ...], total: int, *, most: int = 6) -> str:
    """Authors as a list that is not too long."""
    shown = ", ".join(authors[:most])
    more = max(total, len(authors)) - most
    return f"{shown} and {more} more" if more > 0 else shown


def number(value: int | None) -> str:
    """A count with thin spaces; a dash when it is not known."""
    return "–" if value is None else f"{value:,}".replace(",", "\u2009")


def _parsed(text: str) -> datetime | None:
    try:
        return parse_time(text) if text else None
    except ValueError:
        return None


def ordinal(n: int) -> str:
    """1st, 2nd, 3rd, 4th."""
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"
