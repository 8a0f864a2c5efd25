"""How often one kind of error came, as it is kept; pure."""

import hashlib
import re
from collections import Counter

import msgspec

from common.errorbook.occurrence import Occurrence
from common.errors import UNREADABLE
from common.redact import redacted

BUCKET = "errors"
MOST = 200
"""Kinds kept of one service."""
DAYS_KEPT = 7
MAX_CHARS = 200
HOUR_CHARS = len("2026-07-14T09")
FINGERPRINT = re.compile(r"[0-9a-f]{16}")
_VALUES = (
    (re.compile(r"[a-z][a-z0-9+.-]*://[^\s'\"]+"), "URL"),
    (re.compile(r"[^\s@'\"<>]+@[^\s@'\"<>]+\.[^\s@'\"<>]+"), "ADDRESS"),
    (re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`"), "…"),
    (re.compile(r"\b(?:arxiv|doi|upload|sha256):\S+", re.IGNORECASE), "PAPER"),
    (re.compile(r"(?<!\w)/[\w.-]+(?:/[\w.-]+)+"), "PATH"),
    (re.compile(r"\b(?=\w*\d)[0-9a-fA-F]{8,}(?:-[0-9a-fA-F]{4,})*\b"), "ID"),
    (re.compile(r"\d+(?:[.:,]\d+)*"), "N"),
)


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of error of one service; times are RFC 3339 UTC."""

    type: str
    place: str
    message: str
    """Of the last one, without the values in it."""
    count: int = 1
    first: str = ""
    last: str = ""
    trace_id: str = ""
    """Of the last one that had one."""
    hours: dict[str, int] = {}
    """How many in each hour, like ``2026-07-14T09``, of the days kept."""

    @property
    def fingerprint(self) -> str:
        """The same for all errors of this type from this place."""
        return hashlib.sha256(f"{self.type}\n{self.place}".encode()).hexdigest()[:16]


def record_of(one: Occurrence, at: str) -> Record:
    """What is kept of one error."""
    said = one.words if one.error is None else str(one.error)
    return Record(
        type=one.kind[:80],
        place=one.place[:160],
        message=without_values(said),
        first=at,
        last=at,
        trace_id=one.trace_id,
        hours={at[:HOUR_CHARS]: 1},
    )


def without_values(text: str) -> str:
    """The words of a message: secrets, ids, numbers, names in quotes and addresses taken out."""
    line = redacted(text[: 5 * MAX_CHARS]).split("\n", 1)[0]
    for pattern, word in _VALUES:
        line = pattern.sub(word, line)
    return line[:MAX_CHARS]


def together(one: Record, other: Record) -> Record:
    """Both as one."""
    newer, older = (one, other) if one.last >= other.last else (other, one)
    hours = Counter(one.hours)
    hours.update(other.hours)
    return msgspec.structs.replace(
        newer,
        count=one.count + other.count,
        first=min(one.first, other.first),
        trace_id=newer.trace_id or older.trace_id,
        hours=dict(sorted(hours.items())[-24 * DAYS_KEPT :]),
    )


def decoded(value: bytes) -> Record | None:
    """A record as it is kept; None for what is none."""
    try:
        return msgspec.json.decode(value, type=Record)
    except UNREADABLE:
        return None
