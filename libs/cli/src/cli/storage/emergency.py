"""Emergency mode: no new papers are taken in while a disk is nearly full.

It is made of the switches there are, each with a reason that says who set it, and of a mark of its
own. What a person switched off stays as that person left it, and the mode leaves alone what it did
not set. Nothing is lost: requests wait on the bus, and people are refused with 503.
"""

import math
from typing import Literal, Protocol

import msgspec

from cli.storage.settings import StorageSettings
from common.controls.flags import flag_named
from common.controls.record import ALL, FLAG, Control, Kept, Place

HELD = ("fetching", "downloading", "accepting")
"""The switches that are off meanwhile."""
MARK = Place(FLAG, ALL, "emergency")
REASON = "emergency mode"
BY_ITSELF = f"{REASON}, by itself: "
BY_HAND = f"{REASON}, by hand"

Step = Literal["on", "clear", "stay"]


class Controls(Protocol):
    """The part of ``common.controls.store.Store`` used here."""

    async def put(self, place: Place, control: Control, /) -> None:
        """Set one."""

    async def clear(self, place: Place, /) -> bool:
        """Take one back."""

    async def all(self, kind: str, now: str, /) -> list[Kept]:
        """Those of one kind that hold."""


class State(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether the mode is on, and why."""

    on: bool
    since: str = ""
    until: str = ""
    why: str = ""
    held: tuple[str, ...] = ()
    """The switches that it holds."""


async def state(controls: Controls, now: str) -> State:
    """What is set now. Raises Unavailable."""
    found = await controls.all(FLAG, now)
    held = tuple(one.place.name for one in found if _is_ours(one))
    mark = _mark(found)
    if mark is None:
        return State(on=False, held=held)
    return State(on=mark.value == "on", since=mark.at, until=mark.until, why=mark.why, held=held)


def decide(used_ratio: float, mark: Control | None, own: StorageSettings) -> Step:
    """What the worker does; what a person said holds until the disk has room again. Pure."""
    if math.isnan(used_ratio):
        return "stay"
    if used_ratio >= own.storage_emergency_at_ratio:
        return "on" if mark is None else "stay"
    if used_ratio >= own.storage_emergency_clear_ratio or mark is None:
        return "stay"
    kept_by_hand = mark.value == "on" and not mark.why.startswith(BY_ITSELF)
    return "stay" if kept_by_hand else "clear"


async def watch(
    controls: Controls, volume: str, used_ratio: float, *, now: str, own: StorageSettings
) -> tuple[Step, bool]:
    """Look once and act; what was done, and whether the mode is on. Raises Unavailable."""
    mark = _mark(await controls.all(FLAG, now))
    step = decide(used_ratio, mark, own)
    if step == "on":
        why = f"{BY_ITSELF}volume {volume} is {used_ratio:.0%} full"
        await begin(controls, Control(value="on", at=now, why=why))
        return step, True
    if step == "clear":
        await end(controls, now)
        return step, False
    return step, mark is not None and mark.value == "on"


async def begin(controls: Controls, mark: Control) -> None:
    """Hold the switches that nobody holds, then set the mark. Raises Unavailable."""
    off = {
        one.place.name
        for one in await controls.all(FLAG, mark.at)
        if one.control.value == "off" and not _is_ours(one)
    }
    for name in HELD:
        if name not in off:
            place = Place(FLAG, flag_named(name).service, name)
            await controls.put(place, msgspec.structs.replace(mark, value="off"))
    await controls.put(MARK, mark)


async def end(controls: Controls, now: str, *, mark: Control | None = None) -> None:
    """Give back what the mode holds; a ``mark`` keeps it off. Raises Unavailable."""
    for one in await controls.all(FLAG, now):
        if _is_ours(one):
            await controls.clear(one.place)
    if mark is None:
        await controls.clear(MARK)
    else:
        await controls.put(MARK, mark)


def _is_ours(one: Kept) -> bool:
    return one.place != MARK and one.control.why.startswith(REASON)


def _mark(found: list[Kept]) -> Control | None:
    return next((one.control for one in found if one.place == MARK), None)
