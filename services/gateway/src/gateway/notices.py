"""The work on the system that every page tells of, read again every few seconds."""

import asyncio
from typing import NamedTuple, Protocol

import msgspec
import structlog

from common import maintenance
from common.errors import UNREADABLE, ServiceError
from common.kv import Entry
from common.maintenance import MAINTENANCE, Window
from common.stopping import pause

log = structlog.get_logger("gateway.notices")

EVERY_S = 15.0


class Reading(Protocol):
    """A bucket, for reading."""

    async def items(self, prefix: str = "", /) -> list[tuple[str, Entry]]:
        """All keys with a prefix; raises Unavailable."""


class Notice(NamedTuple):
    """What a page tells."""

    runs: bool
    """Whether it has begun."""
    starts: str
    ends: str
    why: str


class Notices:
    """The windows that are planned, as they were when they could last be read."""

    def __init__(self, kv: Reading) -> None:
        self._kv = kv
        self._windows: tuple[Window, ...] = ()

    def told(self, now: str) -> Notice | None:
        """What people are told at that time."""
        one = maintenance.told(self._windows, now)
        if one is None:
            return None
        runs = one.state(now) == "now"
        return Notice(runs=runs, starts=one.starts, ends=one.ends, why=one.why.rstrip(". "))

    async def look(self) -> None:
        """Read them; raises Unavailable."""
        items = await self._kv.items(f"{MAINTENANCE}.")
        found = (_window(entry.value) for _, entry in items)
        self._windows = tuple(one for one in found if one)

    async def watch(self, stopping: asyncio.Event) -> None:
        """Read them again and again until the stop."""
        while not stopping.is_set():
            try:
                await self.look()
            except ServiceError as error:
                log.info("notices_not_read", error=str(error))
            await pause(stopping, EVERY_S)


def _window(body: bytes) -> Window | None:
    try:
        return msgspec.json.decode(body, type=Window)
    except UNREADABLE:
        return None
