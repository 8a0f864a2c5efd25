"""What is stored for a paper and for a passage, and how a paper's place among others is named."""

import base64
import binascii
import re
from datetime import UTC, date, datetime
from functools import lru_cache
from uuid import NAMESPACE_URL, uuid5
from zlib import crc32

import msgspec

from common.errors import UsageError

_SERIAL = re.compile(r"(\d{1,7})$")
_SERIAL_BITS = 17
_TIE_BITS = 21
_VERSION_STEP = 1 << 20


class PaperPoint(msgspec.Struct, frozen=True, kw_only=True):
    """The payload of a paper: all that a list or the page of a paper shows."""

    paper: str
    version: int
    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    authors_total: int = 0
    categories: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    """The categories and their archives (``cs.LG`` gives also ``cs``); what filters look at."""
    primary: str = ""
    announced: str = ""
    announced_ms: int = 0
    order: int = 0
    """Newest first is descending order; see ``order_of``."""
    submitted: str = ""
    updated: str = ""
    licence: str = ""
    feeds: tuple[str, ...] = ()
    withdrawn: bool = False
    doi: str = ""
    journal_ref: str = ""
    comment: str = ""
    abs_url: str = ""
    pdf_url: str = ""
    has_pdf: bool = False
    full_text: bool = False
    pages: int = 0
    passages: int = 0
    indexed_at: str = ""
    gen: int = 0
    """Which indexing this is; a point of a lower one is stale. See ``generation``."""
    tldr: str = ""
    summary_model: str = ""


class PassagePoint(msgspec.Struct, frozen=True, kw_only=True):
    """The payload of a passage; ``page`` counts from 1, 0 means the abstract."""

    paper: str
    no: int
    text: str
    gen: int
    page: int = 0
    section: str = ""
    groups: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    announced_ms: int = 0
    withdrawn: bool = False


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A paper found, the best first."""

    paper: PaperPoint
    score: float


class PassageHit(msgspec.Struct, frozen=True, kw_only=True):
    """A passage found, the best first."""

    passage: PassagePoint
    score: float


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some papers, and the cursor of the next ones; empty at the end."""

    papers: tuple[PaperPoint, ...]
    cursor: str = ""


@lru_cache(maxsize=4096)  # a paper is named some five times while it is indexed
def point_id(model: str, paper: str, passage: int | None = None) -> str:
    """The id of a paper's point or of one of its passages; the same for the same arguments."""
    return str(uuid5(NAMESPACE_URL, f"{model}|{paper}|{'' if passage is None else passage}"))


def generation(version: int, epoch: int) -> int:
    """Orders indexings of one paper: a later version or a deliberate redo is higher."""
    return version * _VERSION_STEP + epoch


def day_ms(day: str) -> int:
    """Start of a day (YYYY-MM-DD) in epoch milliseconds; 0 for an empty one.

    Raises UsageError when it is no day.
    """
    if not day:
        return 0
    try:
        start = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
    except ValueError as error:
        raise UsageError("date", f"{day[:40]!r} is not a day; write it like 2026-08-31") from error
    return int(start.timestamp() * 1000)


def order_of(paper: str, announced_ms: int) -> int:
    """A number that sorts papers by day, then by serial number, and hardly ever meets another.

    Stays below 2**53, as JSON numbers and Qdrant's ranges must.
    """
    serial = _SERIAL.search(paper)
    within = int(serial[1]) % (1 << _SERIAL_BITS) if serial else 0
    tie = crc32(paper.encode()) % (1 << _TIE_BITS)
    days = max(announced_ms, 0) // 86_400_000
    return (days << (_SERIAL_BITS + _TIE_BITS)) | (within << _TIE_BITS) | tie


def cursor_after(order: int) -> str:
    """The cursor that continues behind the paper of this ``order``."""
    return base64.urlsafe_b64encode(order.to_bytes(7, "big")).decode().rstrip("=")


def order_before(cursor: str) -> int:
    """What ``cursor_after`` was given; raises UsageError when the cursor is not one of ours."""
    try:
        body = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise UsageError("cursor", "is not one this server gave; leave it out") from error
    if len(body) != 7:
        raise UsageError("cursor", "is not one this server gave; leave it out")
    return int.from_bytes(body, "big")


def groups_of(categories: tuple[str, ...]) -> tuple[str, ...]:
    """Categories and their archives, each once: ``cs.LG`` gives ``cs.LG`` and ``cs``."""
    archives = (category.partition(".")[0] for category in categories)
    return tuple(dict.fromkeys((*categories, *archives)))
