"""Work asked of a service paper by paper, a few at a time, until the ledger says it has ended."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple, Protocol

import structlog

from common.errors import Terminal
from common.jobwork import Told
from common.ledger import FINAL, Row
from common.paperid import parse
from gateway import timeline
from gateway.jobs import papers
from gateway.jobs.params import BulkParams
from gateway.ports import Stores

log = structlog.get_logger("gateway.jobs")

AT_ONCE = 8
"""So few that the request of another person comes in between soon."""
LOOK_EVERY_S = 0.5


class Awaited(NamedTuple):
    """What was asked for one paper."""

    paper: str
    version: int
    epoch: int

    def is_over(self, row: Row) -> bool:
        """Whether this row says how it ended, or something newer took its place."""
        newer = (row.version, row.epoch) >= (self.version, self.epoch)
        return newer and row.state in FINAL


class Errand(Protocol):
    """What a service is asked to do for each paper."""

    stage: str
    """What is being done, in a few plain words."""
    row: str
    """Name of the ledger row that says how it ended."""

    async def ask(self, paper: str, rows: dict[str, Row]) -> Awaited | None:
        """Ask for it; None when there is nothing to do, as when this job asked for it before.

        Raises Terminal when it can never be done, and Unavailable.
        """


class Bulk:
    """One job's way through its papers."""

    def __init__(
        self, stores: Stores, params: BulkParams, *, errand: Errand, tell: Callable[[Told], None]
    ) -> None:
        self._stores, self._params, self._errand, self._tell = stores, params, errand, tell
        self._waiting: list[Awaited] = []
        self._done = self._failed = self._total = 0

    async def run(self) -> str:
        """Do all of it; doing it again asks for nothing twice. Raises Unavailable."""
        async for paper in self._papers():
            while len(self._waiting) >= AT_ONCE:
                await self._look()
            await self._ask(paper)
        while self._waiting:
            await self._look()
        return ""

    async def _papers(self) -> AsyncIterator[str]:
        if self._params.ids:
            self._total = len(self._params.ids)
            for named in self._params.ids:
                yield parse(named).key
            return
        which = papers.wanted(self._params)
        self._total = await papers.how_many(self._stores.index, which, self._params.limit)
        async for cards in papers.pages(self._stores.index, which, self._params.limit):
            for card in cards:
                yield card.paper

    async def _ask(self, paper: str) -> None:
        rows = timeline.rows_of(await self._stores.ledger.timeline(paper))
        try:
            awaited = await self._errand.ask(paper, rows)
        except Terminal as error:
            log.warning("paper_left_out", paper=paper, error=str(error))
            self._count(failed=True)
            return
        if awaited is None:
            self._ended(rows.get(self._errand.row))
        else:
            self._waiting.append(awaited)
            self._say()

    async def _look(self) -> None:
        before = len(self._waiting)
        for awaited in list(self._waiting):
            rows = timeline.rows_of(await self._stores.ledger.timeline(awaited.paper))
            row = rows.get(self._errand.row)
            if row is not None and awaited.is_over(row):
                self._waiting.remove(awaited)
                self._ended(row)
        if len(self._waiting) == before:
            await asyncio.sleep(LOOK_EVERY_S)

    def _ended(self, row: Row | None) -> None:
        self._count(failed=row is not None and row.state == "dead")

    def _count(self, *, failed: bool) -> None:
        self._failed += failed
        self._done += not failed
        self._say()

    def _say(self) -> None:
        total = max(self._total, self._done + self._failed)
        self._tell(Told(self._errand.stage, self._done, total, self._failed))
