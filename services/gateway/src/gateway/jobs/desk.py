"""Does the jobs that the gateway itself can do, each by one of its replicas."""

import asyncio
from collections.abc import Callable

import msgspec
import structlog

from common.cancelling import ended
from common.errors import Retryable, ServiceError
from common.ids import now
from common.jobs import Counts, Job
from common.jobwork import Told
from common.stopping import pause
from gateway.failures import Missing
from gateway.jobs import fold, kept, kinds
from gateway.jobs.news import News
from gateway.jobs.views import turn
from gateway.ports import Stores

log = structlog.get_logger("gateway.jobs")

LOOK_EVERY_S = 1.0
SAY_S = 10.0
"""How long a job may be silent while it has nothing new to say."""
RETRY_S, MOST_TRIES = 15.0, 60
BATCHES, PLACES = 1, 3
"""So many batches at once, and so many jobs in all: a person never waits for a batch."""


class Desk:
    """Takes queued jobs by compare-and-set, so that replicas do not do the same one."""

    def __init__(self, stores: Stores, name: str, *, look_s: float = LOOK_EVERY_S) -> None:
        self._stores, self._name, self._look_s = stores, name, look_s
        self._running: dict[str, tuple[Job, asyncio.Task[None]]] = {}
        self._news = News(stores.jobs)

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until the stop; what is then in work goes back into the queue."""
        try:
            while not stopping.is_set():
                try:
                    await self._look()
                except ServiceError as error:
                    self._news.forget()
                    log.warning("desk_waits", error=str(error))
                await pause(stopping, self._look_s)
        finally:
            await ended(*(task for _, task in self._running.values()))

    async def _look(self) -> None:
        for name, (job, task) in list(self._running.items()):
            if task.done():
                del self._running[name]
                self._news.forget()
                await self._after(job, task)
        if await self._news.is_there():
            await self._begin()

    async def _begin(self) -> None:
        at = now()
        queue = [job for job in await kept.everything(self._stores.jobs) if _may_begin(job, at)]
        for job in sorted(queue, key=turn):
            if self._has_room(job) and await self._taken(job):
                self._running[job.id] = (job, asyncio.create_task(self._do(job)))

    async def _after(self, job: Job, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("job_failed", job=job.id, kind=job.kind, exc_info=error)
            words = "something went wrong here; the log of the gateway has the details"
            await self._say(job, lambda newest: _failed(newest, words, now()))

    def _has_room(self, job: Job) -> bool:
        batches = sum(one.priority == "batch" for one, _ in self._running.values())
        return len(self._running) < PLACES and (job.priority != "batch" or batches < BATCHES)

    async def _taken(self, job: Job) -> bool:
        at = now()

        def taken(newest: Job) -> Job:
            if newest.state != "queued":
                return newest
            return msgspec.structs.replace(
                newest, state="running", worker=self._name, seen=at, started=newest.started or at
            )

        after = await kept.change(self._stores.jobs, job.id, taken)
        return after.worker == self._name and after.state == "running"

    async def _do(self, job: Job) -> None:
        kind = kinds.KINDS[job.kind]
        assert kind.work is not None
        told = [Told()]
        work = asyncio.ensure_future(
            kind.work(self._stores, job, lambda one: told.__setitem__(0, one))
        )
        try:
            while not (await asyncio.wait((work,), timeout=self._look_s))[0]:
                if not await self._still_ours(job, told[0]):
                    return
            await self._ended(job, told[0], work)
        except asyncio.CancelledError:
            await self._say(
                job, lambda newest: msgspec.structs.replace(newest, state="queued", worker="")
            )
            raise
        except Missing:
            log.warning("job_vanished", job=job.id)
        finally:
            await ended(work)

    async def _still_ours(self, job: Job, told: Told) -> bool:
        try:
            after = await self._say(job, lambda newest: _heard(newest, told))
        except ServiceError as error:
            log.warning("job_unsaid", job=job.id, error=str(error))
            return not isinstance(error, Missing)
        if after.state == "cancelled" and after.stage == "stopping":
            await self._stopped(job)
        return after.state == "running" and after.worker == self._name

    async def _stopped(self, job: Job) -> None:
        await kept.change(
            self._stores.jobs,
            job.id,
            lambda newest: msgspec.structs.replace(newest, stage="stopped"),
        )

    async def _ended(self, job: Job, told: Told, work: "asyncio.Future[str]") -> None:
        at = now()
        try:
            key = work.result()
        except Retryable as error:
            words = str(error)
            await self._say(job, lambda newest: _again(newest, words, at))
        except ServiceError as error:
            words = str(error)
            await self._say(job, lambda newest: _failed(newest, words, at))
        else:
            after = await self._say(job, lambda newest: _ok(newest, told, key, at))
            if key and after.result != key:
                await self._stores.objects.remove(key)

    async def _say(self, job: Job, changed: Callable[[Job], Job]) -> Job:
        """Change the job as long as it is ours."""

        def ours(newest: Job) -> Job:
            mine = newest.state == "running" and newest.worker == self._name
            return changed(newest) if mine else newest

        return await kept.change(self._stores.jobs, job.id, ours)


def _may_begin(job: Job, at: str) -> bool:
    kind = kinds.KINDS.get(job.kind)
    if job.state != "queued" or kind is None or kind.work is None:
        return False
    return job.stage != fold.RETRIES or fold.silent_s(job, at) >= RETRY_S


def _heard(job: Job, told: Told) -> Job:
    counts = Counts(done=told.done, total=told.total, failed=told.failed)
    if (told.stage, counts) == (job.stage, job.counts) and fold.silent_s(job, now()) < SAY_S:
        return job
    return msgspec.structs.replace(job, stage=told.stage, counts=counts, seen=now())


def _ok(job: Job, told: Told, key: str, at: str) -> Job:
    after = _heard(job, told._replace(stage=""))
    return msgspec.structs.replace(after, state="ok", result=key, ended=at, error="", worker="")


def _again(job: Job, words: str, at: str) -> Job:
    """Later, as a dependency may be down for a while; but not for ever."""
    if job.attempts >= MOST_TRIES:
        return _failed(job, words, at)
    after = msgspec.structs.replace(job, state="queued", attempts=job.attempts + 1, seen=at)
    return msgspec.structs.replace(after, stage=fold.RETRIES, error=words, worker="")


def _failed(job: Job, words: str, at: str) -> Job:
    return msgspec.structs.replace(job, state="failed", stage="", error=words, ended=at, worker="")
