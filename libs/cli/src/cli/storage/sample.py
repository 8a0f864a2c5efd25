"""What was stored on a day, as KV ``operations`` keeps it: ``storage.<day>``."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from cli.storage.holding import Disk
from cli.storage.survey import Surveyed
from common import stream
from common.errors import UNREADABLE
from common.ids import parse_time
from common.kv import Kv, key
from common.topology import DAY_S

if TYPE_CHECKING:
    from nats.js import JetStreamContext

BUCKET = "operations"
STORAGE = "storage"
"""First part of the keys."""
KEPT = 400
SPAN_DAYS = 31.0
"""Growth is told over about a month."""
LEAST_DAYS = 0.5
"""What lies closer together says nothing about growth."""


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """What was stored then; ``at`` is RFC 3339 UTC."""

    at: str
    papers: int = 0
    sizes: dict[str, dict[str, int]] = {}
    """Bytes by store and class."""
    disks: dict[str, Disk] = {}


def sample_of(found: Surveyed, at: str) -> Sample:
    """What is kept of a survey."""
    sizes: dict[str, dict[str, int]] = {}
    for one in found.holdings:
        sizes.setdefault(one.store, {})[one.name] = one.size_bytes
    return Sample(at=at, papers=found.papers, sizes=sizes, disks=found.disks)


async def keep(kv: Kv, sample: Sample) -> None:
    """Store the sample of a day, the newest of that day; those beyond the limit go."""
    for old in (await kv.keys(f"{STORAGE}."))[: 1 - KEPT]:
        await kv.delete(old)
    # Last of all, so that the newest message of these keys is always a sample.
    await kv.put(key(STORAGE, sample.at[:10]), msgspec.json.encode(sample))


async def read_all(kv: Kv) -> list[Sample]:
    """All of them, oldest first; one that cannot be read is passed over. Raises Unavailable."""
    found = []
    for _, entry in await kv.items(f"{STORAGE}."):
        try:
            found.append(msgspec.json.decode(entry.value, type=Sample))
        except UNREADABLE:
            continue
    return sorted(found, key=lambda one: one.at)


async def newest(js: "JetStreamContext") -> Sample | None:
    """The one written last, by a single read. Raises Unavailable."""
    stored = await stream.newest(js, f"KV_{BUCKET}", f"$KV.{BUCKET}.{STORAGE}.>")
    try:
        return msgspec.json.decode(stored.body, type=Sample) if stored else None
    except UNREADABLE:
        return None


def age_days(at: str, now: datetime) -> float:
    """How old something is."""
    return (now - parse_time(at)).total_seconds() / DAY_S


def before(samples: Sequence[Sample], now: datetime) -> Sample | None:
    """The one that growth is told from: the oldest of the last month, else the newest before it."""
    ages = [(age_days(one.at, now), one) for one in samples]
    old = [(age, one) for age, one in ages if age >= LEAST_DAYS]
    recent = [(age, one) for age, one in old if age <= SPAN_DAYS]
    if recent:
        return max(recent, key=lambda pair: pair[0])[1]
    return min(old, key=lambda pair: pair[0])[1] if old else None
