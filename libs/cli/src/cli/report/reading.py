"""Reads the ledger from a moment to a moment, without reading all that came before."""

from datetime import timedelta
from typing import TYPE_CHECKING

from cli.report.course import Courses
from cli.report.span import Span
from common import topology
from common.errors import UNREADABLE
from common.ids import parse_time
from common.ledger import STREAM, decode
from common.stream import following_one, onwards

if TYPE_CHECKING:
    from nats.js import JetStreamContext

    from common.bus import Bus

LEDGER = topology.ledger_subject("*", "*")
MARGIN = timedelta(minutes=5)
"""A row is stored a little later than it says, by a server whose clock may be a little off."""
SECONDS_CHARS = len("2026-07-14T08:00:00")


async def courses(js: "JetStreamContext", bus: "Bus", span: Span) -> Courses:
    """What became of papers in a span and in the one before; raises Unavailable."""
    before = span.before
    found = Courses((before, span))
    until = _moved(span.ends, MARGIN)
    after = await place_before(js, bus, _moved(before.begins, -MARGIN))
    async for stored in onwards(js, STREAM, LEDGER, after=after):
        if stored.at[:SECONDS_CHARS] > until:
            break
        try:
            found.take(decode(stored.body))
        except UNREADABLE:
            continue  # the audit tells of it
    return found


async def place_before(js: "JetStreamContext", bus: "Bus", moment: str) -> int:
    """A sequence that no row stored since ``moment`` is before; found by halving the log."""
    low, high = max(0, await bus.first_seq() - 1), await bus.last_seq()
    while low < high:
        middle = (low + high) // 2
        found = await following_one(js, STREAM, LEDGER, after=middle)
        if found is None or found.at[:SECONDS_CHARS] >= moment:
            high = middle
        else:
            low = found.seq
    return low


def _moved(moment: str, by: timedelta) -> str:
    return (parse_time(moment) + by).isoformat(timespec="seconds")
