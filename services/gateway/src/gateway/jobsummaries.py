"""Bulk summaries: asked for one by one, a few at a time, until the ledger says they are there."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple

from common.errors import UNREADABLE
from common.events import SummaryReady, SummaryRequested
from common.ids import message_id
from common.jobs import Job
from common.jobwork import Told
from common.ledger import FINAL, Row
from common.paperid import parse
from gateway import jobpapers, timeline
from gateway.jobparams import SummariesParams, parsed
from gateway.ports import Stores

AT_ONCE = 8
"""So few that the request of another person comes in between soon."""
LOOK_EVERY_S = 0.5
EMBEDDED, SUMMARISED = "indexer", "summarizer"


class Asked(NamedTuple):
    """A summary that is being waited for."""

    paper: str
    request: SummaryRequested


class Bulk:
    """One job's way through its papers."""

    def __init__(self, stores: Stores, job: Job, tell: Callable[[Told], None]) -> None:
        self._stores, self._job, self._tell = stores, job, tell
        self._params = parsed(job.params, SummariesParams)
        self._waiting: list[Asked] = []
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
        which = jobpapers.wanted(self._params)
        self._total = await jobpapers.how_many(self._stores.index, which, self._params.limit)
        async for cards in jobpapers.pages(self._stores.index, which, self._params.limit):
            for card in cards:
                yield card.paper

    async def _ask(self, paper: str) -> None:
        rows = timeline.rows_of(await self._stores.ledger.timeline(paper))
        request = request_for(self._job.id, paper, rows, self._params)
        if request is None:
            self._ended(rows.get(SUMMARISED))
            return
        await self._stores.bus.request(request)
        self._waiting.append(Asked(paper, request))
        self._say()

    async def _look(self) -> None:
        before = len(self._waiting)
        for asked in list(self._waiting):
            rows = timeline.rows_of(await self._stores.ledger.timeline(asked.paper))
            row = rows.get(SUMMARISED)
            if row is not None and _answers(row, asked.request):
                self._waiting.remove(asked)
                self._ended(row)
        if len(self._waiting) == before:
            await asyncio.sleep(LOOK_EVERY_S)

    def _ended(self, row: Row | None) -> None:
        if row is None or row.state != "dead":
            self._done += 1
        else:
            self._failed += 1
        self._say()

    def _say(self) -> None:
        total = max(self._total, self._done + self._failed)
        self._tell(Told("summarising", self._done, total, self._failed))


def request_for(
    job: str, paper: str, rows: dict[str, Row], params: SummariesParams
) -> SummaryRequested | None:
    """What to ask of the summarizer; None when there is nothing to do.

    A paper that is still on its way gets its summary by itself, and one this job has had done
    already is known by the cause on its row.
    """
    embedded, row = rows.get(EMBEDDED), rows.get(SUMMARISED)
    if embedded is None or row is None or row.state not in FINAL:
        return None
    if embedded.state != "done" or embedded.version != row.version:
        return None
    event_id = message_id("job", job, paper, str(row.version))
    if row.cause == event_id or (not params.redo and _has(row, params.model)):
        return None
    return SummaryRequested(
        event_id=event_id,
        paper=paper,
        version=row.version,
        epoch=row.epoch + 1,
        model=params.model,
        job=job,
    )


def _has(row: Row, model: str) -> bool:
    if row.state != "done":
        return False
    try:
        ready = timeline.fact_of(row, SummaryReady)
    except UNREADABLE:
        return False
    return ready is not None and model in ("", ready.model)


def _answers(row: Row, request: SummaryRequested) -> bool:
    newer = (row.version, row.epoch) >= (request.version, request.epoch)
    return newer and row.state in FINAL
