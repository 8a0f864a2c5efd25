"""The handlers: event in, fact out."""

import asyncio
from typing import Any, cast

from common.events import FetchAsked, FetchRequested, PaperAnnounced, PaperFetched
from common.handlers import Done
from common.jobwork import JobWork
from fakes_fetcher import record
from fakes_jobs import JOB, FakeFlags, FakeNotices
from fetcher.announce import Announcer
from fetcher.download import Downloads
from fetcher.handlers import ASKED_AT_ONCE, Asking, handlers
from fetcher.runner import Runner


class Recorder:
    def __init__(self) -> None:
        self.requests: list[FetchRequested] = []
        self.flags, self.notices = FakeFlags(), FakeNotices()
        self.slow = False

    async def handle(self, request: FetchRequested, by: Announcer | None = None) -> None:
        self.requests.append(request)
        assert (by is None) == (type(request) is FetchRequested)

    async def fetch(self, event: PaperAnnounced) -> PaperFetched:
        while self.slow:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        return PaperFetched(paper=event.paper, version=event.version, meta=event.meta)

    async def read(self, paper: str, row: str) -> None:
        return None

    def table(self) -> dict[Any, Any]:
        work = JobWork(self.flags, self.notices, look_every_s=0.01)
        asking = Asking(work, cast(Announcer, self), self.read)
        made = handlers(cast(Runner, self), cast(Downloads, self), asking, workers=3)
        return {b.consumer.event: b for b in made.bindings}


async def test_each_message_goes_to_its_core() -> None:
    recorder = Recorder()
    by_event = recorder.table()
    assert by_event[PaperAnnounced].workers == 3
    assert by_event[FetchRequested].workers == 1
    assert by_event[FetchAsked].workers == ASKED_AT_ONCE
    request = FetchRequested(feed="ai")
    assert await by_event[FetchRequested].handle(request) is None
    assert recorder.requests == [request]
    found = record()
    event = PaperAnnounced(paper=found.paper, version=1, meta=found.meta)
    for _ in range(2):  # delivered twice
        fetched = await by_event[PaperAnnounced].handle(event)
        assert fetched == PaperFetched(paper=found.paper, version=1, meta=found.meta)
    assert recorder.flags.asked == 0  # what no person asked for costs no look at jobs


async def test_what_a_person_asked_for_is_reported() -> None:
    recorder = Recorder()
    await recorder.table()[FetchAsked].handle(FetchAsked(ids=("2607.00001",), job=JOB))
    assert [report.state for report in recorder.notices.reports] == ["running", "ok"]


async def test_a_cancelled_job_takes_its_downloads_along() -> None:
    recorder = Recorder()
    handle = recorder.table()[PaperAnnounced].handle
    found = record()
    event = PaperAnnounced(paper=found.paper, version=1, meta=found.meta, job=JOB)
    recorder.flags.states[JOB] = "running"
    assert isinstance(await handle(event), PaperFetched)
    recorder.slow = True
    fetching = asyncio.create_task(handle(event))
    await asyncio.sleep(0.03)
    recorder.flags.states[JOB] = "cancelled"
    left = await asyncio.wait_for(fetching, 60)
    assert left == Done(detail={"job": JOB}, notes=("cancelled with its job",))
    assert left == await handle(event)  # one that had not begun
    await recorder.table()[FetchAsked].handle(FetchAsked(feed="ai", job=JOB))
    assert recorder.requests == []
    assert recorder.notices.reports[-1].state == "cancelled"
