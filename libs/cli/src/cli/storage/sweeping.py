"""Values of buckets that are past their time: found, and taken out message by message.

A key is emptied up to a sequence, so what was written anew meanwhile is never touched.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from nats.errors import Error as NatsError

from cli.storage.sample import age_days
from common import topology
from common.errors import UNREADABLE, Unavailable
from common.stream import Stored, onwards
from common.watches import MAILS, RECORDS, decode_delivery

if TYPE_CHECKING:
    from nats.js import JetStreamContext

FRAME_BYTES = 30
"""About what the server keeps of a message besides subject and body."""
ASK_S = 10.0
MARK = "KV-Operation"
MARK_DAYS = 1.0
"""A mark of a deletion tells those who watch a bucket; after a day everybody has heard."""
RECORD_KINDS = ("doctor", "report", "maintenance")


class Old(NamedTuple):
    """One message that may go."""

    stream: str
    subject: str
    seq: int
    size_bytes: int


class Past(NamedTuple):
    """Where to look, and what is past its time there."""

    bucket: str
    pattern: str
    is_past: Callable[[Stored, datetime], bool]


def older(days: float) -> Callable[[Stored, datetime], bool]:
    """Values written longer ago than that; a mark of a deletion is none."""
    return lambda stored, now: MARK not in stored.headers and age_days(stored.at, now) > days


def records(days: float) -> list[Past]:
    """What doctor, reports and notices left in KV ``operations``."""
    return [Past("operations", f"{kind}.>", older(days)) for kind in RECORD_KINDS]


def deliveries(days: float) -> list[Past]:
    """Records of deliveries and of mails that ended so long ago."""

    def is_past(stored: Stored, now: datetime) -> bool:
        if not older(days)(stored, now):
            return False
        try:
            return decode_delivery(stored.body).ended
        except UNREADABLE:
            return False

    return [Past("deliveries", f"{kind}.>", is_past) for kind in (RECORDS, MAILS)]


def marks(days: float = MARK_DAYS) -> list[Past]:
    """Marks of deletions, which stay in a bucket for ever otherwise."""

    def is_past(stored: Stored, now: datetime) -> bool:
        return MARK in stored.headers and age_days(stored.at, now) > days

    return [Past(bucket.name, ">", is_past) for bucket in topology.BUCKETS]


async def find(js: "JetStreamContext", places: list[Past], now: datetime) -> list[Old]:
    """Everything that is past its time. Raises Unavailable."""
    found = []
    for place in places:
        stream = f"KV_{place.bucket}"
        subject = f"$KV.{place.bucket}.{place.pattern}"
        async for stored in onwards(js, stream, subject):
            if place.is_past(stored, now):
                size = len(stored.subject) + len(stored.body) + FRAME_BYTES
                found.append(Old(stream, stored.subject, stored.seq, size))
    return found


async def take_out(js: "JetStreamContext", found: list[Old]) -> list[Old]:
    """Remove them; those that were still there. Raises Unavailable."""
    return [old for old in found if await _is_taken_out(js, old)]


async def _is_taken_out(js: "JetStreamContext", old: Old) -> bool:
    """A bucket permits no deletion of single messages, but a purge of a key up to one of them."""
    asked = msgspec.json.encode({"filter": old.subject, "seq": old.seq + 1})
    try:
        answer = await js._nc.request(f"$JS.API.STREAM.PURGE.{old.stream}", asked, timeout=ASK_S)
    except (NatsError, TimeoutError) as error:
        raise Unavailable("nats", str(error) or type(error).__name__) from error
    purged = msgspec.json.decode(answer.data, type=_Purged)
    if purged.error:
        raise Unavailable("nats", f"{old.stream}: {purged.error.get('description')}")
    return purged.purged > 0  # none when it was written anew meanwhile


class _Purged(msgspec.Struct):
    purged: int = 0
    error: dict[str, Any] = {}
