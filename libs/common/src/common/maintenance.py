"""A window of maintenance as KV ``operations`` keeps it, and when people are told of it; pure."""

from collections.abc import Iterable
from datetime import timedelta

import msgspec

from common.ids import parse_time

BUCKET = "operations"
MAINTENANCE = "maintenance"
"""First part of the keys."""
NOTICE = timedelta(hours=48)
"""So long before it begins people are told."""


class Window(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Planned work; times are RFC 3339 UTC to the second."""

    id: str
    starts: str
    ends: str
    why: str
    planned: str
    cancelled: str = ""
    """When it was called off, or ended early."""
    operators_only: bool = False
    """Whether only the operators are told."""

    def state(self, now: str) -> str:
        """planned, now, over or cancelled."""
        now = second(now)
        if self.cancelled:
            return "cancelled" if self.cancelled < self.starts else "over"
        if now < self.starts:
            return "planned"
        return "now" if now < self.ends else "over"

    def is_ahead(self, now: str) -> bool:
        """Whether it goes on or is still to come."""
        return self.state(now) in ("planned", "now")


def told(windows: Iterable[Window], now: str) -> Window | None:
    """What everybody is told of at ``now``: what goes on, else what begins within 48 hours."""
    soon = parse_time(now) + NOTICE
    shown = [
        one
        for one in windows
        if one.is_ahead(now) and not one.operators_only and parse_time(one.starts) <= soon
    ]
    return min(shown, key=lambda one: one.starts, default=None)


def second(at: str) -> str:
    """A moment to the second, so that times sort as text."""
    return f"{at[:19]}Z"
