"""The dead letters that wait: their metric, and what people ask about them."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from common.errors import ServiceError, UsageError
from common.letters.body import readable
from common.letters.bulk import each
from common.letters.letter import Letter, Opened
from common.letters.replaying import Outcome
from common.letters.which import Which, checked
from common.stopping import pause
from gateway import cursors
from gateway.deadforms import DeadEnds, DeadList, DeadOrder, DeadView
from gateway.failures import Missing
from gateway.metrics import DEAD_LETTERS

EVERY_S = 15.0
MOST_AT_ONCE = 1000


class Letterbox(Protocol):
    """The dead letters as far as they are used here; every method raises Unavailable."""

    async def count(self) -> int:
        """How many wait."""

    async def list(self, which: Which, *, after: int, limit: int) -> tuple[list[Letter], bool]:
        """Some of them past a sequence, the longest waiting first, and whether there are more."""

    async def get(self, seq: int) -> Opened | None:
        """One with its body, or None."""

    async def replay(self, seq: int, *, dry: bool = False) -> Outcome:
        """Let its service try again."""

    async def drop(self, seq: int, *, dry: bool = False) -> Outcome:
        """Give up for good."""


async def count(box: Letterbox, stopping: asyncio.Event) -> None:
    """Keep the gauge true until the stop; while the bus is away it keeps its last value."""
    while not stopping.is_set():
        with suppress(ServiceError):
            DEAD_LETTERS.set(await box.count())
        await pause(stopping, EVERY_S)


async def page(box: Letterbox, which: Which, *, limit: int, cursor: str | None) -> DeadList:
    """A part of the list; raises UsageError for a wrong filter or a foreign cursor."""
    wanted = checked(which, datetime.now(UTC))
    # Of what was asked, not of what it came to: "2h" is another moment with every page.
    asked = cursors.question("dead", which)
    place = cursors.decode(cursor, asked)
    if place and not (place.isascii() and place.isdecimal() and len(place) < 19):
        raise UsageError("cursor", "is not one of ours; leave it out to begin at the start")
    found, more = await box.list(wanted, after=int(place or 0), limit=limit)
    goes_on = cursors.encode(asked, str(found[-1].seq)) if more else None
    return DeadList(items=found, next_cursor=goes_on)


async def one(box: Letterbox, seq: int) -> DeadView:
    """One letter with its body; raises Missing."""
    found = await box.get(seq)
    if found is None:
        raise Missing(f"There is no dead letter {seq} (any more); it was replayed or dropped.")
    fields = msgspec.structs.asdict(found.letter)
    return DeadView(**fields, body=readable(found.body))


def number(text: str) -> int:
    """The letter a path names; raises UsageError."""
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise UsageError("letter", f"{text[:40]!r} is no dead letter; name it by its number")
    return int(text)


async def act(box: Letterbox, order: DeadOrder, *, what: str) -> DeadEnds:
    """Replay or drop what is meant; raises UsageError when nothing or two things are named."""
    which = checked(order.which, datetime.now(UTC))
    named = bool(order.letters)
    if named and (not which.is_any or order.all):
        raise UsageError("letters", "cannot be named together with filters or all; leave one out")
    if not (named or order.all or not which.is_any):
        raise UsageError("letters", "is missing; name letters, give a filter, or say all")
    seqs, more = list(order.letters), False
    if not named:
        found, more = await box.list(which, after=0, limit=MOST_AT_ONCE)
        seqs = [letter.seq for letter in found]

    async def one_of(seq: int) -> Outcome:
        if what == "replay":
            return await box.replay(seq, dry=order.dry_run)
        return await box.drop(seq, dry=order.dry_run)

    ends = await each(one_of, seqs)
    return DeadEnds(dry_run=order.dry_run, outcomes=ends, more=more)
