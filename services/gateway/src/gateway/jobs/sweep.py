"""Repairs jobs nobody is heard of, and forgets those that ended long ago."""

import asyncio
from datetime import UTC, datetime, timedelta

import structlog

from common.errors import ServiceError
from common.events import FetchAsked
from common.ids import now
from common.jobs import Job
from common.stopping import pause
from gateway.jobs import asking, fold, kept, kinds
from gateway.ports import Stores

log = structlog.get_logger("gateway.jobs")

EVERY_S = 15.0
REQUESTS = {"fetch": FetchAsked.subject}
"""Which message carries the work of a kind that a service does."""


async def sweep(stores: Stores, stopping: asyncio.Event, *, stale_s: float) -> None:
    """Look for stale jobs again and again until the stop."""
    while not stopping.is_set():
        try:
            await repaired(stores, at=now(), stale_s=stale_s)
        except ServiceError as error:
            log.warning("jobs_not_swept", error=str(error))
        await pause(stopping, min(EVERY_S, max(0.5, stale_s / 4)))


async def repaired(stores: Stores, *, at: str, stale_s: float) -> list[Job]:
    """Put every stale job right; those that were. Raises Unavailable."""
    there = [job for job in await kept.everything(stores.jobs) if not job.is_ended]
    if not any(fold.repair(job, at=at, stale_s=stale_s, busy=False) for job in there):
        return []
    in_flight = {
        lag.event
        for lag in await stores.lag()
        if lag.service != "gateway" and lag.waiting + lag.in_work
    }
    found = []
    for job in there:
        if _waits_for_a_desk(job):
            continue
        busy = REQUESTS.get(job.kind, "") in in_flight
        verdict = fold.repair(job, at=at, stale_s=stale_s, busy=busy)
        if verdict:
            found.append(await _put_right(stores, job, verdict, at))
    return found


def _waits_for_a_desk(job: Job) -> bool:
    kind = kinds.KINDS.get(job.kind)
    return job.state == "queued" and kind is not None and kind.work is not None


async def _put_right(stores: Stores, job: Job, verdict: fold.Repair, at: str) -> Job:
    def changed(newest: Job) -> Job:
        if newest != job:
            return newest  # someone was heard of meanwhile
        return fold.requeued(job, at) if verdict == "requeue" else fold.given_up(job, at)

    after = await kept.change(stores.jobs, job.id, changed)
    log.warning("job_repaired", job=job.id, kind=job.kind, state=after.state, error=after.error)
    if after.state == "queued" and after.attempts > job.attempts:
        await asking.order(stores, after)
    return after


async def tidy(stores: Stores, *, kept_days: float) -> int:
    """Forget jobs that ended long ago, and the files they made; how many. Raises Unavailable."""
    before = datetime.now(UTC) - timedelta(days=kept_days)
    gone = await kept.forget(stores.jobs, before=before.isoformat().replace("+00:00", "Z"))
    for job in gone:
        if job.result:
            await stores.objects.remove(job.result)
    log.info("jobs_tidied", forgotten=len(gone))
    return len(gone)
