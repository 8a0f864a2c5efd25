"""Schedules on the bus: put, paused, resumed, taken back and read. All raise Unavailable.

A pause is a key of the bucket ``controls``, which every service may read: so a service that puts
its schedules at its start finds out, and leaves a paused one paused.
"""

from typing import TYPE_CHECKING

import msgspec

from common import topology
from common.batch import Draft, publish_one
from common.controls.record import BUCKET
from common.errors import Unavailable, UsageError
from common.kv import Kv, key
from common.schedules.schedule import Kept, Schedule, headers, kept
from common.stream import last_of_subjects, newest

if TYPE_CHECKING:
    from nats.js import JetStreamContext

TRIES = 5


class Pause(msgspec.Struct, frozen=True, kw_only=True):
    """Why a schedule does not run."""

    at: str
    """Since when, RFC 3339 UTC."""


async def put(js: "JetStreamContext", schedule: Schedule) -> None:
    """Make the bus keep it, paused where a person wants that; again changes nothing."""
    if schedule.cron.startswith("@"):  # those know no zone
        schedule = msgspec.structs.replace(schedule, time_zone="UTC")
    for _ in range(TRIES):
        paused = await paused_since(js, schedule.name) is not None
        wanted = msgspec.structs.replace(schedule, paused=paused)
        there = await read(js, schedule.name)
        # Written anew, ``@every`` would begin its time anew too.
        if there is not None and there.schedule == wanted:
            return
        await _publish(js, wanted.name, wanted.body, headers(wanted))
    raise Unavailable("nats", f"the schedule {schedule.name} changes all the time")


async def take_back(js: "JetStreamContext", name: str) -> None:
    """Remove it: what takes its place is gone in a second.

    A purge would do it too, but the right to it cannot be limited to one subject.
    """
    await _publish(js, name, b"", {"Nats-Rollup": "sub"}, ttl_s=1)


async def pause(js: "JetStreamContext", name: str, at: str) -> None:
    """Let it ask nothing until it is resumed; raises UsageError for one that is not there."""
    found = await wanted(js, name)
    if await paused_since(js, name) is None:
        await _controls(js).put(_pause_key(name), msgspec.json.encode(Pause(at=at)))
    await put(js, found)


async def resume(js: "JetStreamContext", name: str) -> None:
    """Let it ask again; raises UsageError for one that is not there."""
    found = await wanted(js, name)
    await _controls(js).delete(_pause_key(name))
    await put(js, found)


async def paused_since(js: "JetStreamContext", name: str) -> str | None:
    """Since when a person wants it to stand still; None when it may run."""
    entry = await _controls(js).get(_pause_key(name))
    return None if entry is None else msgspec.json.decode(entry.value, type=Pause).at


async def read(js: "JetStreamContext", name: str) -> Kept | None:
    """One schedule, or None."""
    stored = await newest(js, topology.REQUESTS, _subject(name))
    return None if stored is None else kept(stored, name)


async def wanted(js: "JetStreamContext", name: str) -> Schedule:
    """One schedule; raises UsageError that lists those there are."""
    every = {one.schedule.name: one.schedule for one in await read_all(js)}
    if name not in every:
        there = ", ".join(every) or "none"
        raise UsageError("NAME", f"there is no schedule {name[:60]!r}; there are: {there}")
    return every[name]


async def read_all(js: "JetStreamContext") -> list[Kept]:
    """All schedules, by name."""
    found = await last_of_subjects(js, topology.REQUESTS, [_subject(">")])
    start = _subject("")
    every = (kept(one, one.subject.removeprefix(start)) for one in found)
    return sorted((one for one in every if one), key=lambda one: one.schedule.name)


def _controls(js: "JetStreamContext") -> Kv:
    return Kv(js, BUCKET)


def _pause_key(name: str) -> str:
    return key(topology.SCHEDULE, name)


def _subject(name: str) -> str:
    return f"{topology.SCHEDULE}.{name}"


async def _publish(
    js: "JetStreamContext", name: str, body: bytes, extra: dict[str, str], *, ttl_s: int = 0
) -> None:
    draft = Draft(subject=_subject(name), body=body, headers=extra, ttl_s=ttl_s)
    await publish_one(js, topology.stream_of(draft.subject), draft)
