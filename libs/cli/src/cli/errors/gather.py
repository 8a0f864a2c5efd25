"""The errors kept in KV, by type; pure but for the reading."""

from collections.abc import Iterable

import msgspec

from common.errorbook.record import FINGERPRINT, HOUR_CHARS, Record, decoded
from common.kv import Kv, parts_of


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of error at one place of one service."""

    service: str
    place: str
    message: str
    count: int
    first: str
    last: str
    trace_id: str = ""


class Type(msgspec.Struct, frozen=True, kw_only=True):
    """All errors of one type, the most frequent place first."""

    type: str
    count: int
    first: str
    last: str
    trace_id: str
    places: list[Place]


class Errors(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong since a moment, the most frequent type first."""

    since: str
    total: int
    types: list[Type]
    hours: dict[str, int]
    """How many in each hour."""


async def read(kv: Kv, service: str = "") -> list[tuple[str, Record]]:
    """Every record with its service; raises Unavailable."""
    found = []
    for name, entry in await kv.items(f"{service}." if service else ""):
        whose, _, fingerprint = name.partition(".")
        record = decoded(entry.value) if FINGERPRINT.fullmatch(fingerprint) else None
        if record is not None:
            found.append((parts_of(whose)[0], record))
    return found


def grouped(found: Iterable[tuple[str, Record]], since: str) -> Errors:
    """Those since ``since``, by type; an hour counts as a whole."""
    hour = since[:HOUR_CHARS]
    types: dict[str, list[Place]] = {}
    hours: dict[str, int] = {}
    for service, record in found:
        counted = {at: number for at, number in record.hours.items() if at >= hour}
        if record.last < since or not counted:
            continue
        for at, number in counted.items():
            hours[at] = hours.get(at, 0) + number
        types.setdefault(record.type, []).append(_place(service, record, sum(counted.values())))
    made = [_type(name, places) for name, places in types.items()]
    made.sort(key=lambda one: (-one.count, one.type))
    total = sum(one.count for one in made)
    return Errors(since=since, total=total, types=made, hours=dict(sorted(hours.items())))


def _place(service: str, record: Record, count: int) -> Place:
    return Place(
        service=service,
        place=record.place,
        message=record.message,
        count=count,
        first=record.first,
        last=record.last,
        trace_id=record.trace_id,
    )


def _type(name: str, places: list[Place]) -> Type:
    newest = max(places, key=lambda one: (bool(one.trace_id), one.last))
    return Type(
        type=name,
        count=sum(one.count for one in places),
        first=min(one.first for one in places),
        last=max(one.last for one in places),
        trace_id=newest.trace_id,
        places=sorted(places, key=lambda one: -one.count),
    )
