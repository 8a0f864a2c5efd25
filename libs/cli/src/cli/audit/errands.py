"""Checks A1 and A11 for jobs: what one says it has done is done, and none is forgotten."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cli.audit.verdict import Finding
from common import jobs, paperid, topology
from common.errors import UsageError
from common.events import FetchAsked
from common.ids import parse_time
from common.jobs import Job

if TYPE_CHECKING:
    from cli.audit.evidence import Evidence

FETCH = "fetch"
_ASKED = {one.durable for one in topology.CONSUMERS if one.event is FetchAsked}


def errands(seen: "Evidence") -> Iterator[Finding]:
    """A fetch that ended well left its papers in the log; what has not ended was heard of."""
    for job in seen.asked.jobs.values():
        if job.state == "ok" and job.kind == FETCH:
            yield from _unkept(seen, job)
        elif not job.is_ended and _is_silent(seen, job) and not _waits_its_turn(seen, job):
            words = f"job is {job.state} since {job.seen or job.created} and nobody goes on with it"
            yield Finding("A11", job.id, words)


def _unkept(seen: "Evidence", job: Job) -> Iterator[Finding]:
    """A limit leaves papers out on purpose; what was counted as failed was said to its person."""
    wanted = () if job.params.get("limit") else _papers(job.params.get("ids"))
    missing = [name for name in wanted if name not in seen.log.papers]
    if len(missing) > job.counts.failed:
        for name in missing:
            yield Finding("A1", name, f"job {job.id} says it was kept, and nothing is known of it")


def _papers(ids: Any) -> Iterator[str]:
    for one in ids if isinstance(ids, list) else ():
        try:
            yield paperid.parse(str(one)).key
        except UsageError:
            continue


def _is_silent(seen: "Evidence", job: Job) -> bool:
    """The gateway asks again after a while, so that such a job is heard of."""
    heard_s = parse_time(job.seen or job.created).timestamp()
    return heard_s < seen.began_s - seen.quiescence_s - jobs.STALE_MINUTES * 60


def _waits_its_turn(seen: "Evidence", job: Job) -> bool:
    if job.kind == FETCH:
        lines = [line for line in seen.lines if line.consumer.durable in _ASKED]
        return any(line.in_work or (line.waiting and line.paused) for line in lines)
    others = (one for one in seen.asked.jobs.values() if one.kind != FETCH)
    is_busy = any(one.state == "running" and not _is_silent(seen, one) for one in others)
    return job.state == "queued" and is_busy
