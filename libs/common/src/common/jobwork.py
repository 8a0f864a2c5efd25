"""A job in the hands of a worker: it tells how far it is, and stops when its person says so."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import NamedTuple, Protocol, TypeVar

import structlog

from common import jobs
from common.cancelling import ended
from common.errors import ServiceError, Terminal, Unavailable
from common.events import Event, JobReported, Message
from common.ids import message_id, now
from common.kv import Entry

T = TypeVar("T")
log = structlog.get_logger("paperbus")

LOOK_EVERY_S = 1.0
TELL_EVERY_S = 10.0


class Flags(Protocol):
    """KV ``jobs``, read only."""

    async def get(self, name: str, /) -> Entry | None:
        """The value, or None."""


class Notices(Protocol):
    """Where reports go."""

    async def notice(self, message: Message, /) -> int:
        """Store a notice."""


class Told(NamedTuple):
    """How far the work is; counts are totals."""

    stage: str = ""
    done: int = 0
    total: int = 0
    failed: int = 0


class Following:
    """What the code below a job's handler may know and say; ``job`` is empty for other work."""

    def __init__(self, job: str = "") -> None:
        self.job = job
        self.is_cancelled = False
        self.look: Callable[[], Told] = Told
        self.announced: list[Event] = []
        """What the work has announced so far."""
        self.note = ""
        """What its person should read when it has ended well."""
        self.failure = ""
        """Why it came to nothing, though nothing broke."""


_following: ContextVar[Following | None] = ContextVar("following", default=None)


def current() -> Following:
    """What is being followed here; an empty one when nobody follows."""
    return _following.get() or Following()


class JobWork:
    """The jobs of one worker process."""

    def __init__(
        self, flags: Flags, notices: Notices, *, look_every_s: float = LOOK_EVERY_S
    ) -> None:
        self._flags, self._notices = flags, notices
        self._look_every_s = look_every_s

    async def is_cancelled(self, job: str) -> bool:
        """Whether the job's person wants it stopped; an unknown job goes on."""
        if not job:
            return False
        entry = await self._flags.get(jobs.key_of(job))
        found = None if entry is None else jobs.decode(entry.value)
        return found is not None and found.state == "cancelled"

    async def unless_cancelled(self, job: str, work: Callable[[], Awaitable[T]]) -> T | None:
        """What ``work`` gives, or None: it was stopped, or not begun, since its job is cancelled.

        Raises what ``work`` raises.
        """
        if not job:
            return await work()
        if await self.is_cancelled(job):
            return None
        return await self._watched(Following(job), work, self._silent)

    async def followed(self, job: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do the whole work of a job and report it; raises what ``work`` raises."""
        if not job:
            return await work()
        if await self.is_cancelled(job):
            return await self._report(Following(job), Told("stopped"), state="cancelled")
        following = Following(job)
        token = _following.set(following)
        try:
            await self._reported(following, work)
        finally:
            _following.reset(token)

    async def _reported(self, following: Following, work: Callable[[], Awaitable[None]]) -> None:
        reporter = _Reporter(self._report, following)
        await reporter.tell(due=True)
        try:
            await self._watched(following, work, reporter.tell)
        except Terminal as error:
            await self._report(following, following.look(), state="failed", error=str(error))
            raise
        except ServiceError as error:
            told = following.look()._replace(stage="waiting to try again")
            await self._report(following, told, error=str(error))
            raise
        told = following.look()
        if following.is_cancelled:
            await self._report(following, told._replace(stage="stopped"), state="cancelled")
        elif following.failure:
            await self._report(following, told, state="failed", error=following.failure)
        else:
            await self._report(following, told._replace(stage=following.note), state="ok")

    async def _watched(
        self,
        following: Following,
        work: Callable[[], Awaitable[T]],
        tell: Callable[[], Awaitable[None]],
    ) -> T | None:
        task = asyncio.ensure_future(work())
        try:
            while not (await asyncio.wait((task,), timeout=self._look_every_s))[0]:
                following.is_cancelled = await self._told_to_stop(following.job)
                if following.is_cancelled:
                    return None
                await tell()
            return task.result()
        finally:
            await ended(task)

    async def _told_to_stop(self, job: str) -> bool:
        try:
            return await self.is_cancelled(job)
        except Unavailable:
            return False  # asked again in a moment; the work waits for the bus by itself

    async def _silent(self) -> None:
        return None

    async def _report(
        self,
        following: Following,
        told: Told,
        *,
        state: jobs.State = "running",
        error: str = "",
    ) -> None:
        report = JobReported(
            event_id=message_id(JobReported.subject, following.job, state, str(told), now()),
            job=following.job,
            state="running" if state == "queued" else state,
            error=error[:500],
            **told._asdict(),
        )
        try:
            await self._notices.notice(report)
        except Unavailable as failure:
            if state != "running":
                raise  # nobody else would say that the job has ended
            log.warning("report_failed", job=following.job, error=str(failure))


class _Reporter:
    """Reports when there is something new to tell, and now and then without."""

    def __init__(
        self, report: Callable[[Following, Told], Awaitable[None]], following: Following
    ) -> None:
        self._report, self._following = report, following
        self._last: Told | None = None
        self._at = 0.0

    async def tell(self, *, due: bool = False) -> None:
        """Report the present state, if it is time."""
        at, told = asyncio.get_running_loop().time(), self._following.look()
        if due or told != self._last or at - self._at >= TELL_EVERY_S:
            self._last, self._at = told, at
            await self._report(self._following, told)
