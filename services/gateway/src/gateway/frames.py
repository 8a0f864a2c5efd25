"""Facts as server-sent events: small, and encoded once for all clients."""

from typing import NamedTuple

import msgspec

from common import topology
from common.bus import Fact
from common.errors import UNREADABLE

PING = b": ping\n\n"
RETRY_MS = 3000
TITLE_CHARS = 300
SUBJECTS: tuple[str, ...] = (*topology.fact_subjects(), f"{topology.DEAD}.>")


class Frame(NamedTuple):
    """One encoded event and its place in the stream."""

    seq: int
    body: bytes


class _Meta(msgspec.Struct, frozen=True):
    title: str = ""
    categories: tuple[str, ...] = ()
    announced: str = ""
    withdrawn: bool = False


class _Body(msgspec.Struct, frozen=True):
    """The few fields of any fact a live page needs."""

    paper: str = ""
    version: int = 0
    meta: _Meta = _Meta()
    tldr: str = ""
    full_text: bool = False
    at: str = ""


class EventData(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What stands behind ``data:``; ``state`` is announced, fetched, searchable, … or dead."""

    paper: str
    version: int
    state: str
    title: str = ""
    categories: tuple[str, ...] = ()
    announced: str = ""
    withdrawn: bool = False
    tldr: str = ""
    at: str = ""


_decode = msgspec.json.Decoder(_Body).decode
_STATES = dict(
    zip(topology.fact_subjects(), ("announced", "fetched", "searchable", "summarised"), strict=True)
)


def encode(fact: Fact) -> Frame:
    """The frame of a fact; a body nobody can read still moves the cursor on."""
    try:
        body = _decode(fact.body)
    except UNREADABLE:
        body = _Body()
    data = EventData(
        paper=body.paper,
        version=body.version,
        state=_STATES.get(fact.subject, "dead"),
        title=body.meta.title[:TITLE_CHARS],
        categories=body.meta.categories[:10],
        announced=body.meta.announced,
        withdrawn=body.meta.withdrawn,
        tldr=body.tldr[:TITLE_CHARS],
        at=body.at or fact.at,
    )
    return Frame(fact.seq, _event(fact.subject, msgspec.json.encode(data), fact.seq))


def opening(position: int | None) -> bytes:
    """The first bytes of a stream: how soon to come back and, for a new client, from where."""
    place = b"" if position is None else b"id: %d\n" % position
    return b"retry: %d\n%s\n" % (RETRY_MS, place)


def reset(reason: str, position: int | None) -> bytes:
    """Tells a client to load its state anew; with a position, its cursor moves there."""
    return _event("reset", msgspec.json.encode({"reason": reason, "seq": position}), position)


def _event(name: str, data: bytes, seq: int | None) -> bytes:
    place = b"" if seq is None else b"id: %d\n" % seq
    return b"%sevent: %s\ndata: %s\n\n" % (place, name.encode(), data)
