"""A bucket of jobs and an ear for reports, in memory."""

import msgspec

from common import jobs
from common.events import JobReported, Message
from common.jobs import Job, State
from common.jobwork import JobWork
from common.kv import Entry

JOB = "20260714T080000000Z-1a2b3c4d"
AT = "2026-07-14T08:00:00.000000Z"


class FakeFlags:
    """Jobs by id, which a test may cancel."""

    def __init__(self) -> None:
        self.states: dict[str, State] = {}
        self.asked = 0

    async def get(self, name: str) -> Entry | None:
        self.asked += 1
        state = self.states.get(name.removeprefix(jobs.PREFIX))
        if state is None:
            return None
        job = Job(id=JOB, kind="fetch", state=state, created=AT)
        return Entry(msgspec.json.encode(job), 1)


class FakeNotices:
    """Keeps what is reported."""

    def __init__(self) -> None:
        self.reports: list[JobReported] = []

    async def notice(self, message: Message) -> int:
        assert isinstance(message, JobReported)
        self.reports.append(message)
        return len(self.reports)


def idle_work(*, look_every_s: float = 0.01) -> JobWork:
    """For work that belongs to no job."""
    return JobWork(FakeFlags(), FakeNotices(), look_every_s=look_every_s)
