"""A worker's side of a job: reports, and stopping when it is cancelled."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from common.errors import Retryable, Terminal, Unavailable
from common.events import Message
from common.jobwork import JobWork, Told, current
from fakes_jobs import JOB, FakeFlags, FakeNotices


class Desk:
    def __init__(self) -> None:
        self.flags, self.notices = FakeFlags(), FakeNotices()
        self.work = JobWork(self.flags, self.notices, look_every_s=0.01)
        self.begun, self.ended = asyncio.Event(), False

    async def endless(self) -> None:
        self.begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            self.ended = True

    def told(self) -> list[tuple[str, str, int, int]]:
        return [(r.state, r.stage, r.done, r.total) for r in self.notices.reports]


async def test_progress_is_told_when_there_is_something_new() -> None:
    desk = Desk()

    async def work() -> None:
        following = current()
        assert following.job == JOB
        for done in (1, 2):
            following.look = lambda n=done: Told("fetching", n, 2)  # type: ignore[misc]
            while desk.told()[-1][2] < done:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        following.note = "all papers are known"

    await desk.work.followed(JOB, work)
    assert desk.told() == [
        ("running", "", 0, 0),
        ("running", "fetching", 1, 2),
        ("running", "fetching", 2, 2),
        ("ok", "all papers are known", 2, 2),
    ]
    assert current().job == ""


async def test_a_cancel_stops_the_work_at_once() -> None:
    desk = Desk()
    running = asyncio.create_task(desk.work.followed(JOB, desk.endless))
    await desk.begun.wait()
    while desk.flags.asked < 3:  # noqa: ASYNC110 - it looks, and goes on
        await asyncio.sleep(0.001)
    assert not running.done()
    desk.flags.states[JOB] = "cancelled"
    await asyncio.wait_for(running, 60)
    assert desk.ended
    assert desk.told()[-1][:2] == ("cancelled", "stopped")


@pytest.mark.parametrize("how", ["followed", "unless_cancelled"])
async def test_what_is_cancelled_is_not_begun(how: str) -> None:
    desk = Desk()
    desk.flags.states[JOB] = "cancelled"
    start: Callable[[str, Callable[[], Awaitable[None]]], Awaitable[None]] = getattr(desk.work, how)
    await start(JOB, desk.endless)
    assert not desk.ended


async def test_work_of_no_job_is_simply_done() -> None:
    desk = Desk()

    async def work() -> int:
        return 7

    assert await desk.work.unless_cancelled("", work) == 7
    assert await desk.work.unless_cancelled("unknown", work) == 7
    assert desk.notices.reports == []


@pytest.mark.parametrize(
    ("error", "state", "stage"),
    [
        (Terminal("no such feed"), "failed", ""),
        (Retryable("try later"), "running", "waiting to try again"),
        (Unavailable("arxiv", "answered 503"), "running", "waiting to try again"),
    ],
)
async def test_what_went_wrong_is_told(error: Exception, state: str, stage: str) -> None:
    desk = Desk()

    async def work() -> None:
        raise error

    with pytest.raises(type(error)):
        await desk.work.followed(JOB, work)
    last = desk.notices.reports[-1]
    assert (last.state, last.stage, last.error) == (state, stage, str(error))


async def test_work_that_came_to_nothing_has_failed() -> None:
    desk = Desk()

    async def work() -> None:
        current().failure = "arXiv does not know it"

    await desk.work.followed(JOB, work)
    last = desk.notices.reports[-1]
    assert (last.state, last.error) == ("failed", "arXiv does not know it")


class Deaf(FakeNotices):
    """A bus that does not take reports."""

    async def notice(self, message: Message) -> int:
        raise Unavailable("nats", "gone")


async def test_only_the_last_report_must_arrive() -> None:
    done = []

    async def work() -> None:
        await asyncio.sleep(0.03)
        done.append(1)

    with pytest.raises(Unavailable):
        await JobWork(FakeFlags(), Deaf(), look_every_s=0.01).followed(JOB, work)
    assert done == [1]
    await JobWork(FakeFlags(), Deaf()).unless_cancelled(JOB, work)
    assert done == [1, 1]


async def test_a_stop_of_the_service_is_no_cancel() -> None:
    desk = Desk()
    running = asyncio.create_task(desk.work.followed(JOB, desk.endless))
    await desk.begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert desk.ended
    assert {report.state for report in desk.notices.reports} == {"running"}
