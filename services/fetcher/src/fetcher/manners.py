"""What a polite client makes of headers and redirects; pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

_MAX_RETRY_AFTER_S = 86_400.0


def same_source(url: str, target: str) -> bool:
    """Whether a redirect stays: the same host, or within arxiv.org, and never down to http."""
    here, there = urlsplit(url), urlsplit(target)
    if there.scheme not in ("http", "https") or (here.scheme, there.scheme) == ("https", "http"):
        return False
    ours, theirs = here.hostname or "", there.hostname or ""
    if ours == theirs:
        return here.port == there.port or here.scheme != there.scheme
    return all(h == "arxiv.org" or h.endswith(".arxiv.org") for h in (ours, theirs))


def retry_after(headers: Mapping[str, str], default_s: float, *, now: datetime) -> float:
    """Seconds to wait, from ``Retry-After`` as seconds or date, else the default."""
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return min(float(value), _MAX_RETRY_AFTER_S)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return default_s
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((aware - now).total_seconds(), 0.0), _MAX_RETRY_AFTER_S)


def user_agent(version: str, contact: str) -> str:
    """``paperbus/1.2 (mailto:me@example.org)``."""
    return f"paperbus/{version} (mailto:{contact})" if contact else f"paperbus/{version}"
