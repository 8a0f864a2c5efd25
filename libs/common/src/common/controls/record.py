"""One control as it is kept in KV, and which of them are in force for a service."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from common.errors import UNREADABLE, UsageError
from common.kv import key, parts_of

BUCKET = "controls"
ALL = "all"
ROOT = "root"
LOG, FLAG = "log", "flag"
LEVELS = ("debug", "info", "warning", "error", "critical")
VALUES = {LOG: LEVELS, FLAG: ("on", "off")}
KEY_PARTS = 3


class Control(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was set; times are RFC 3339 UTC."""

    value: str
    at: str = ""
    until: str = ""
    """When it ends by itself; empty means when it is cleared."""
    why: str = ""


class Place(NamedTuple):
    """What a control is about: its kind, a service or all, and a module or a switch."""

    kind: str
    service: str
    name: str

    @property
    def key(self) -> str:
        """Its key in the bucket."""
        return key(*self)


class Kept(NamedTuple):
    """A control with its place."""

    place: Place
    control: Control


class InForce(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for one service at one moment."""

    levels: Mapping[str, str] = {}
    """Module to level."""
    flags: Mapping[str, bool] = {}
    """Switches that somebody set."""
    until: str = ""
    """When the next of them ends by itself; empty for never."""


def encoded(control: Control) -> bytes:
    """As it is kept."""
    return msgspec.json.encode(control)


def kept(name: str, value: bytes) -> Kept | None:
    """What lies under a key; None for what is no control."""
    try:
        parts, control = parts_of(name), msgspec.json.decode(value, type=Control)
    except UNREADABLE:
        return None
    if len(parts) != KEY_PARTS:
        return None
    place = Place(*parts)
    return Kept(place, control) if control.value in VALUES.get(place.kind, ()) else None


def holds(control: Control, now: str) -> bool:
    """Whether its time is not over."""
    return not control.until or control.until > now


def in_force(found: Iterable[Kept], service: str, now: str) -> InForce:
    """What holds for ``service``; what is set for it alone wins over what is set for all."""
    levels: dict[str, str] = {}
    flags: dict[str, bool] = {}
    ends: list[str] = []
    for place, control in sorted(found, key=lambda one: one.place.service != ALL):
        if place.service not in (ALL, service) or not holds(control, now):
            continue
        if control.until:
            ends.append(control.until)
        if place.kind == LOG:
            levels[place.name] = control.value
        else:
            flags[place.name] = control.value == "on"
    return InForce(levels=levels, flags=flags, until=min(ends, default=""))


def checked(place: Place, value: str) -> None:
    """Raise UsageError for a value its kind does not know."""
    if value not in VALUES[place.kind]:
        what = "LEVEL" if place.kind == LOG else "on|off"
        raise UsageError(what, f"{value!r} is not one of {', '.join(VALUES[place.kind])}")
