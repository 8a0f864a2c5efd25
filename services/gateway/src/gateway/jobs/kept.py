"""Jobs as the gateway keeps them in KV ``jobs``: made once, changed by compare-and-set."""

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from common import jobs
from common.errors import UNREADABLE
from common.jobs import Job, Priority
from common.kv import key
from gateway.bucket import Kv
from gateway.failures import Conflict, Missing, Unprocessable

TRIES = 20


class Asked(NamedTuple):
    """What a person wants, checked."""

    kind: str
    params: dict[str, Any]
    title: str
    priority: Priority

    @property
    def digest(self) -> str:
        """The same for the same question."""
        return _digest(self.kind, msgspec.json.encode(self.params, order="sorted").decode())


class Opened(NamedTuple):
    """The job of a question, and whether it was made for it just now."""

    job: Job
    is_new: bool


class _Claim(msgspec.Struct, frozen=True):
    """Which job a question, or an idempotency key, led to."""

    job: str
    question: str
    at: str


async def opened(kv: Kv, asked: Asked, *, at: str, salt: str, once: str = "") -> Opened:
    """The job for a question: a new one, or the one that is under way for the same already.

    The same ``once`` gives the same job for ever; raises Unprocessable when it came with another
    question before.
    """
    mine = jobs.new_id(at, salt)
    if once:
        place = key("once", _digest(asked.kind, once))
        before = await _claimed(kv, place)
        if before is not None and before.question != asked.digest:
            raise Unprocessable("This Idempotency-Key was used with another body; use a new key.")
        mine = before.job if before else await _under_way(kv, asked, mine, at)
        claim = _Claim(mine, asked.digest, at)
        if before is None and await kv.create(place, msgspec.json.encode(claim)) is None:
            return await opened(kv, asked, at=at, salt=salt, once=once)
    else:
        mine = await _under_way(kv, asked, mine, at)
    job = Job(
        id=mine,
        kind=asked.kind,
        title=asked.title,
        priority=asked.priority,
        params=asked.params,
        same=asked.digest,
        created=at,
    )
    if await kv.create(jobs.key_of(mine), msgspec.json.encode(job)) is not None:
        return Opened(job, is_new=True)
    return Opened(await one(kv, mine), is_new=False)


async def _under_way(kv: Kv, asked: Asked, mine: str, at: str) -> str:
    """Id of the job that answers this question now; ``mine`` when it takes the place."""
    place = key("same", asked.digest)
    body = msgspec.json.encode(_Claim(mine, asked.digest, at))
    for _ in range(TRIES):
        entry = await kv.get(place)
        if entry is None:
            if await kv.create(place, body) is not None:
                return mine
            continue
        there = _claim_of(entry.value)
        job = None if there is None else await _found(kv, there.job)
        if there is not None and (job is None or not job.is_ended):
            return there.job
        if await kv.update(place, body, entry.revision) is not None:
            return mine
    raise Conflict("The same is being asked by someone else; try again.")


async def one(kv: Kv, job_id: str) -> Job:
    """The job; raises Missing."""
    job = await _found(kv, job_id)
    if job is None:
        raise Missing(f"There is no job {job_id[:60]}; jobs that ended are kept for some days.")
    return job


async def everything(kv: Kv) -> list[Job]:
    """All jobs, the newest first."""
    found = [jobs.decode(entry.value) for _, entry in await kv.items(jobs.PREFIX)]
    return sorted((job for job in found if job), key=lambda job: job.id, reverse=True)


async def change(kv: Kv, job_id: str, changed: Callable[[Job], Job]) -> Job:
    """Store what ``changed`` makes of the newest state; the same again stores nothing.

    Raises Missing, and Conflict when others change it all the time.
    """
    for _ in range(TRIES):
        entry = await kv.get(jobs.key_of(job_id))
        job = None if entry is None else jobs.decode(entry.value)
        if entry is None or job is None:
            raise Missing(f"There is no job {job_id[:60]}; jobs that ended are kept for some days.")
        after = changed(job)
        if after == job:
            return job
        if await kv.update(jobs.key_of(job_id), msgspec.json.encode(after), entry.revision):
            return after
    raise Conflict("The job is being changed by someone else; try again.")


async def cancel(kv: Kv, job_id: str, *, at: str) -> Job:
    """Stop a job; again does nothing. Raises Missing, and Conflict for one that has ended."""

    def stopped(job: Job) -> Job:
        if job.state == "cancelled":
            return job
        if job.is_ended:
            raise Conflict(f"The job has ended already: {job.state}.")
        stage = "stopping" if job.state == "running" else "stopped"
        return msgspec.structs.replace(job, state="cancelled", stage=stage, ended=at)

    return await change(kv, job_id, stopped)


async def forget(kv: Kv, *, before: str) -> list[Job]:
    """Make jobs absent that ended before a moment, and questions of that age; the jobs."""
    gone = [job for job in await everything(kv) if job.is_ended and job.ended < before]
    for job in gone:
        await kv.delete(jobs.key_of(job.id))
    for prefix in ("once.", "same."):
        for name, entry in await kv.items(prefix):
            claim = _claim_of(entry.value)
            if claim is None or (claim.at < before and await _is_over(kv, claim.job)):
                await kv.delete(name)
    return gone


async def _is_over(kv: Kv, job_id: str) -> bool:
    job = await _found(kv, job_id)
    return job is None or job.is_ended


async def _found(kv: Kv, job_id: str) -> Job | None:
    entry = await kv.get(jobs.key_of(job_id))
    return None if entry is None else jobs.decode(entry.value)


async def _claimed(kv: Kv, place: str) -> _Claim | None:
    entry = await kv.get(place)
    return None if entry is None else _claim_of(entry.value)


def _claim_of(body: bytes) -> _Claim | None:
    try:
        return msgspec.json.decode(body, type=_Claim)
    except UNREADABLE:
        return None


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
