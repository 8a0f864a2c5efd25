"""Everyone's shelf, held in memory and kept in KV ``library``."""

import time
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple, Protocol

import msgspec
import structlog

from common.errors import UNREADABLE, Unavailable
from common.kv import key, parts_of
from common.kvchanges import Change
from common.recommending.behaviour import NOBODY, Others
from gateway.bucket import Kv
from gateway.failures import Conflict
from gateway.shelf.said import Said
from gateway.shelf.shelf import Shelf

log = structlog.get_logger("gateway.shelf")

BUCKET = "library"
MAX_PAPERS = 20_000
"""Of so many papers one person may say something."""
LOOK_EVERY_S = 0.2
"""What was said through another replica is seen that soon; what was said here, at once."""
AWAY_S = 5.0
"""How long nobody looks again after the bus did not answer."""
OTHERS_S = 60.0
"""How long what other people want is taken for true: it is costly to put together."""
TRIES = 20
BEHIND = 25
"""So many looks in a row may find an older bucket: one server of a cluster that lags. After them
it is another bucket, put back from a copy, and is read from its start."""


class Following(Protocol):
    """Where changes come from."""

    def since(self, revision: int) -> AsyncIterator[Change]:
        """Every key that changed after a revision; raises Unavailable."""


class _Kept(NamedTuple):
    said: Said
    revision: int


class Shelves:
    """Reads the bucket once, and from then on what changed, when somebody asks."""

    def __init__(
        self, kv: Kv, changes: Following, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._kv, self._changes, self._clock = kv, changes, clock
        self._kept: dict[str, dict[str, _Kept]] = {}
        self._shelves: dict[str, Shelf] = {}
        self._others: dict[str, tuple[float, Others]] = {}
        self._seen = -1
        self._behind = 0
        self._next_look = 0.0

    async def of(self, principal: str) -> Shelf:
        """The shelf of one person; an old one while the bus is away. Raises Unavailable at first.

        Costs nothing while the last look is fresh, and one small read when it is not.
        """
        await self._look()
        return self._shelf(principal)

    async def everyone(self) -> dict[str, Shelf]:
        """The shelf of each person who ever said something; raises Unavailable at first."""
        await self._look()
        return {principal: self._shelf(principal) for principal in self._kept}

    async def others_of(self, principal: str) -> Others:
        """What everyone else wants; raises Unavailable at first."""
        until, found = self._others.get(principal, (0.0, NOBODY))
        if self._clock() >= until:
            shelves = await self.everyone()
            found = Others([one.wanted for who, one in shelves.items() if who != principal])
            self._others[principal] = (self._clock() + OTHERS_S, found)
        return found

    async def say(self, principal: str, paper: str, changed: Callable[[Said], Said]) -> Said:
        """Store what ``changed`` makes of what is said now; the same again stores nothing.

        Raises what ``changed`` raises, Unavailable, and Conflict when others change it all the
        time, or when the shelf is full.
        """
        name = key(principal, paper)
        for _ in range(TRIES):
            entry = await self._kv.get(name)
            before = _decoded(entry.value, paper) if entry else Said(paper=paper)
            after = changed(before)
            if after == before:
                return before
            body = msgspec.json.encode(after)
            if entry is None:
                await self._check_room(principal)
                revision = await self._kv.create(name, body)
            else:
                revision = await self._kv.update(name, body, entry.revision)
            if revision is not None:
                self._take(Change(name, body, revision))
                return after
        raise Conflict("This paper is being changed by someone else; try again.")

    async def forget(self, principal: str, paper: str) -> None:
        """Make everything absent that is said of a paper; raises Unavailable."""
        await self._kv.delete(key(principal, paper))
        self._kept.get(principal, {}).pop(paper, None)
        self._shelves.pop(principal, None)

    def _shelf(self, principal: str) -> Shelf:
        found = self._shelves.get(principal)
        if found is None:
            kept = self._kept.get(principal, {}).values()
            found = self._shelves[principal] = Shelf(one.said for one in kept)
        return found

    async def _check_room(self, principal: str) -> None:
        if len(self._kept.get(principal, {})) < MAX_PAPERS:
            return  # a shelf is not put together anew for each of many papers
        papers = len((await self.of(principal)).entries)
        if papers >= MAX_PAPERS:
            raise Conflict(
                f"Your library holds {papers} papers, and more than {MAX_PAPERS} do not fit; "
                "take some out first."
            )

    async def _look(self) -> None:
        if self._clock() < self._next_look and self._seen >= 0:
            return
        self._next_look = self._clock() + LOOK_EVERY_S  # others need not look at the same time
        try:
            await self._follow()
        except Unavailable as error:
            self._next_look = self._clock() + AWAY_S
            if self._seen < 0:
                raise
            log.warning("shelves_are_not_followed", error=str(error))

    async def _follow(self) -> None:
        newest = await self._kv.revision()
        if newest == self._seen:
            self._behind = 0
            return
        if newest < self._seen:
            self._behind += 1
            if self._behind < BEHIND:
                return
            self._kept, self._shelves, self._seen = {}, {}, -1
        self._behind = 0
        seen = max(0, self._seen)
        async for change in self._changes.since(seen):
            self._take(change)
            seen = change.revision
        self._seen = max(seen, self._seen, 0)

    def _take(self, change: Change) -> None:
        principal, _, paper = change.name.partition(".")
        if not paper:
            return
        principal, paper = parts_of(change.name)
        kept = self._kept.setdefault(principal, {})
        before = kept.get(paper)
        if before is not None and before.revision >= change.revision:
            return
        if change.value is None:
            kept.pop(paper, None)
        else:
            kept[paper] = _Kept(_decoded(change.value, paper), change.revision)
        self._shelves.pop(principal, None)


def _decoded(body: bytes, paper: str) -> Said:
    try:
        return msgspec.json.decode(body, type=Said)
    except UNREADABLE:
        return Said(paper=paper)
