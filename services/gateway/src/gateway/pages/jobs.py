"""The page of jobs: how far each is, stopping one, and starting some."""

from typing import Any

from litestar import Response, get, post

from common.errors import UsageError
from common.ids import now
from gateway.failures import Conflict
from gateway.jobs import asking, kept, views
from gateway.jobs.export import FORMS
from gateway.pages import render
from gateway.ports import Stores
from gateway.wiring import AnyRequest, Wiring

PER_PAGE = 30
FIELDS = ("feed", "date_from", "date_to", "format", "model")
LISTS = ("categories", "ids")


@get("/jobs", include_in_schema=False)
async def jobs_page(request: AnyRequest, stores: Wiring) -> Response[bytes]:
    """Jobs, the newest first."""
    return await _page(request, stores)


@post("/jobs/{job_id:str}/cancel", include_in_schema=False)
async def cancel_job(job_id: str, stores: Wiring) -> Response[bytes]:
    """Stop it; one that has just ended is simply shown."""
    try:
        await kept.cancel(stores.jobs, job_id, at=now())
    except Conflict:
        return render.see("/jobs")
    return render.see(f"/jobs#{job_id}")


@post("/jobs/export", include_in_schema=False)
async def export(request: AnyRequest, stores: Wiring) -> Response[bytes]:
    """Write papers into a file."""
    return await _started(request, stores, "export")


@post("/jobs/summaries", include_in_schema=False)
async def summarise(request: AnyRequest, stores: Wiring) -> Response[bytes]:
    """Summarise papers."""
    return await _started(request, stores, "summaries")


@post("/jobs/reindex", include_in_schema=False)
async def reindex(request: AnyRequest, stores: Wiring) -> Response[bytes]:
    """Index papers anew."""
    return await _started(request, stores, "reindex")


async def _started(request: AnyRequest, stores: Stores, kind: str) -> Response[bytes]:
    form = {str(name): str(value).strip() for name, value in (await request.form()).items()}
    params: dict[str, Any] = {name: form[name] for name in FIELDS if form.get(name)}
    for name in LISTS:
        if words := form.get(name, "").replace(",", " ").split():
            params[name] = words
    try:
        job = await asking.start(stores, kind, params)
    except UsageError as error:
        return await _page(request, stores, form=form, problem=error, opened=kind)
    return render.see(f"/jobs#{job.id}")


async def _page(
    request: AnyRequest,
    stores: Stores,
    *,
    form: dict[str, str] | None = None,
    problem: UsageError | None = None,
    opened: str = "",
) -> Response[bytes]:
    everything = await kept.everything(stores.jobs)
    cursor = request.query_params.get("cursor") or None
    return render.page(
        request,
        "jobs.html",
        status=400 if problem else 200,
        found=views.page(everything, limit=PER_PAGE, cursor=cursor),
        under_way=any(not job.is_ended for job in everything),
        here=f"/jobs?{request.url.query}" if request.method == "GET" else "/jobs",
        feeds=stores.feeds,
        formats=tuple(FORMS),
        form=form or {},
        problem=problem,
        opened=opened,
    )
