"""How long an HTTP server asks its caller to wait."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime


def retry_after_s(headers: Mapping[str, str], now: datetime, *, cap_s: float) -> float | None:
    """Seconds from ``Retry-After``, a number or a date, at most ``cap_s``; None without one.

    ``headers`` has lower-case names or ignores case; ``now`` knows its time zone.
    """
    value = headers.get("retry-after", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - now).total_seconds()
        except (ValueError, TypeError):
            return None
    return min(max(seconds, 0.0), cap_s) if seconds == seconds else None
