"""Jobs as people see them: with their place in the queue and where their result is."""

from typing import Annotated, Any

import msgspec

from common.jobs import Counts, Job
from gateway import cursors
from gateway.cards import API
from gateway.views import View

STATES = ("queued", "running", "ok", "failed", "cancelled")


class JobView(View, frozen=True, kw_only=True):
    """One job; times are RFC 3339 UTC."""

    id: Annotated[str, msgspec.Meta(examples=["20260714T080312123Z-1a2b3c4d"])]
    kind: Annotated[str, msgspec.Meta(examples=["export"])]
    title: str
    state: Annotated[str, msgspec.Meta(examples=["running"], description=", ".join(STATES))]
    stage: str = ""
    progress: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    counts: Counts = Counts()
    owner: str
    priority: str
    params: dict[str, Any]
    created: str
    started: str = ""
    ended: str = ""
    error: str = ""
    result: str | None = None
    """Where the file it made can be downloaded."""
    queue_rank: int | None = None
    """1 is the next of its kind; absent when it does not wait."""
    queue_total: int | None = None
    location: str


class JobList(View, frozen=True, kw_only=True):
    """A page of jobs, the newest first; ``next`` is absent on the last one."""

    items: list[JobView]
    next_cursor: str | None = None
    next: str | None = None


def place_of(job_id: str) -> str:
    """Where a job is in the API."""
    return f"{API}/jobs/{job_id}"


def view(job: Job, everything: list[Job]) -> JobView:
    """The job among all others."""
    queue = sorted(
        (one for one in everything if one.kind == job.kind and one.state == "queued"), key=turn
    )
    rank = next((n for n, one in enumerate(queue, start=1) if one.id == job.id), None)
    return JobView(
        id=job.id,
        kind=job.kind,
        title=job.title or job.kind,
        state=job.state,
        stage=job.stage,
        progress=job.progress,
        counts=job.counts,
        owner=job.owner,
        priority=job.priority,
        params=job.params,
        created=job.created,
        started=job.started,
        ended=job.ended,
        error=job.error,
        result=f"{place_of(job.id)}/result" if job.result and job.state == "ok" else None,
        queue_rank=rank,
        queue_total=len(queue) if rank else None,
        location=place_of(job.id),
    )


def turn(job: Job) -> tuple[bool, str]:
    """Whose turn is first: what a person waits for, then what came earlier."""
    return job.priority != "interactive", job.id


class Listed(msgspec.Struct, frozen=True):
    """One page and the cursor of the next, empty at the end."""

    items: list[JobView]
    cursor: str


def page(
    everything: list[Job], *, state: str = "", kind: str = "", limit: int, cursor: str | None
) -> Listed:
    """The newest first, from a cursor on; raises UsageError for a foreign one."""
    asked = cursors.question("jobs", state, kind)
    after = cursors.decode(cursor, asked)
    fitting = [
        job
        for job in everything
        if (not state or job.state == state)
        and (not kind or job.kind == kind)
        and (not after or job.id < after)
    ]
    shown = fitting[:limit]
    more = shown[-1].id if len(fitting) > limit else ""
    return Listed([view(job, everything) for job in shown], cursors.encode(asked, more))
