"""What reports, cancels and silence make of a job: pure decisions."""

from typing import Literal

import msgspec

from common.events import JobReported
from common.ids import parse_time
from common.jobs import Counts, Job

MAX_ATTEMPTS = 3
RETRIES = "waiting to try again"
Repair = Literal["", "requeue", "fail"]


def folded(job: Job, report: JobReported) -> Job:
    """The job after a report; an older report, or one that comes too late, changes nothing."""
    ended = report.state != "running"
    if report.at <= job.folded and not ended:
        return job
    if job.is_ended and not (job.state == "cancelled" and report.state == "cancelled"):
        return job
    counts = Counts(done=report.done, total=report.total, failed=report.failed)
    if job.state == "cancelled":
        known = counts if report.done or report.total else job.counts
        return msgspec.structs.replace(job, stage="stopped", counts=known, folded=report.at)
    return msgspec.structs.replace(
        job,
        state=report.state,
        stage=report.stage,
        counts=counts if report.total or not ended else _at_the_end(job.counts, counts),
        error=report.error,
        started=job.started or report.at,
        ended=report.at if ended else "",
        seen=report.at,
        folded=report.at,
    )


def _at_the_end(before: Counts, told: Counts) -> Counts:
    return told if told != Counts() else before


def repair(job: Job, *, at: str, stale_s: float, busy: bool) -> Repair:
    """What to do about a job nobody was heard of; ``busy``: a message of its kind is in flight."""
    if job.is_ended or busy or silent_s(job, at) < stale_s:
        return ""
    gave_up = bool(job.error) and job.stage == RETRIES
    return "fail" if gave_up or job.attempts >= MAX_ATTEMPTS else "requeue"


def silent_s(job: Job, at: str) -> float:
    """How long nobody was heard of."""
    return (parse_time(at) - parse_time(job.seen or job.created)).total_seconds()


def requeued(job: Job, at: str) -> Job:
    """The job back in its queue, for another worker."""
    return msgspec.structs.replace(
        job,
        state="queued",
        stage="queued again: its worker was not heard of",
        worker="",
        seen=at,
        attempts=job.attempts + 1,
    )


def given_up(job: Job, at: str) -> Job:
    """The job after too many tries."""
    words = job.error or f"its worker was not heard of, {job.attempts} times"
    return msgspec.structs.replace(job, state="failed", stage="", ended=at, error=words, worker="")
