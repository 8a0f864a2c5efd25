"""Jobs: asking for long work, following it, stopping it."""

import gzip
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, delete, get, post
from litestar.params import Dependency, Parameter
from litestar.response import Stream

from common.errors import UsageError
from common.ids import now
from common.jobs import STATES
from gateway import idempotency
from gateway.failures import Missing
from gateway.jobs import asking, export, kept, views
from gateway.jobs.board import Board
from gateway.jobs.kinds import KINDS
from gateway.jobs.views import JobList, JobView
from gateway.live import Pace
from gateway.ports import Stores
from gateway.wiring import PAGED, QUERY, AnyRequest, Paging, Wiring, next_link

Watching = Annotated[Board, Dependency(skip_validation=True)]
Timing = Annotated[Pace, Dependency(skip_validation=True)]
LIVE = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
KIND_WORDS = ", ".join(KINDS)


class JobRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to do; which params there are depends on the kind.

    fetch: feed or ids, since, limit, refetch. summaries: ids, or feed, categories, date_from,
    date_to, limit; model, redo. reindex: ids, or feed, categories, date_from, date_to, limit.
    export: format (jsonl, bibtex, ris, csl-json, csv, markdown), feed, categories, date_from,
    date_to, has_pdf, full_text, limit.
    """

    kind: Annotated[str, msgspec.Meta(max_length=40, description=KIND_WORDS, examples=["reindex"])]
    params: Annotated[dict[str, Any], msgspec.Meta(examples=[{"ids": ["arXiv:2401.00001"]}])] = {}


class Jobs(Controller):
    """``/jobs``: long work a person asked for."""

    path = "/jobs"
    tags = ("jobs",)

    @get("/", opt={QUERY: ("state", "kind", *PAGED)}, summary="Jobs, newest first")
    async def all(
        self,
        request: AnyRequest,
        stores: Wiring,
        page: Paging,
        wanted: Annotated[
            str | None, Parameter(query="state", description=", ".join(STATES), max_length=40)
        ] = None,
        kind: Annotated[str | None, Parameter(description=KIND_WORDS, max_length=40)] = None,
    ) -> JobList:
        """Every job that is kept; those that ended go after some days."""
        _one_of("state", wanted, STATES)
        _one_of("kind", kind, tuple(KINDS))
        everything = await kept.everything(stores.jobs)
        found = views.page(
            everything, state=wanted or "", kind=kind or "", limit=page.limit, cursor=page.cursor
        )
        return JobList(
            items=found.items,
            next_cursor=found.cursor or None,
            next=next_link(request, found.cursor),
        )

    @post("/", status_code=202, summary="Start a job")
    async def start(
        self,
        data: JobRequest,
        stores: Wiring,
        idempotency_key: Annotated[str | None, Parameter(header="Idempotency-Key")] = None,
    ) -> Response[JobView]:
        """The same question while its job is under way gives that job."""
        once = idempotency.checked(idempotency_key)
        job = await asking.start(stores, data.kind, data.params, once=once)
        shown = await _shown(stores, job.id)
        return Response(shown, status_code=202, headers={"Location": shown.location})

    @get("/{job_id:str}", summary="One job")
    async def one(self, job_id: str, stores: Wiring) -> JobView:
        """How far it is, and its place in the queue while it waits."""
        return await _shown(stores, job_id)

    @delete("/{job_id:str}", status_code=200, summary="Stop a job")
    async def remove(self, job_id: str, stores: Wiring) -> JobView:
        """As ``cancel``; the job itself stays to be looked at."""
        return await _cancelled(stores, job_id)

    @post("/{job_id:str}/cancel", status_code=200, summary="Stop a job")
    async def cancel(self, job_id: str, stores: Wiring) -> JobView:
        """Its work ends within seconds, and nothing half-made stays; 409 when it has ended."""
        return await _cancelled(stores, job_id)

    @get("/{job_id:str}/result", summary="The file a job made", media_type="application/gzip")
    async def result(self, request: AnyRequest, job_id: str, stores: Wiring) -> Response[bytes]:
        """The export, packed on the way where the client can unpack it."""
        job = await kept.one(stores.jobs, job_id)
        body = await stores.objects.find(job.result) if job.state == "ok" and job.result else None
        if body is None:
            raise Missing(f"Job {job.id} has no file to download.")
        made = export.FORMS[job.params.get("format", "jsonl")]
        headers = {
            "Content-Disposition": f'attachment; filename="paperbus-{job.id}.{made.suffix}"',
            "Cache-Control": "private, no-cache",
            "Vary": "Accept-Encoding",
        }
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
        else:
            body = gzip.decompress(body)
        return Response(body, headers=headers, media_type=made.media_type)


@get(
    "/jobs/events",
    tags=["jobs"],
    summary="Jobs as they change (server-sent events)",
    media_type="text/event-stream",
)
async def job_events(board: Watching, pace: Timing) -> Stream:
    """``job`` carries a whole job. State, not history: a new connection is told everything anew.

    First come all jobs under way and the newest that ended, then ``ready``, then each change.
    """
    board.check_room()
    return Stream(board.stream(pace), media_type="text/event-stream", headers=LIVE)


async def _shown(stores: Stores, job_id: str) -> JobView:
    job = await kept.one(stores.jobs, job_id)
    everything = [job]
    if job.state == "queued":
        everything = await kept.everything(stores.jobs)
    return views.view(job, everything)


async def _cancelled(stores: Stores, job_id: str) -> JobView:
    return views.view(await kept.cancel(stores.jobs, job_id, at=now()), [])


def _one_of(field: str, value: str | None, known: tuple[str, ...]) -> None:
    if value is not None and value not in known:
        raise UsageError(field, f"{value[:40]!r} is not one of {', '.join(known)}")
