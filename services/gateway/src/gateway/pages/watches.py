"""The pages of watches and deliveries."""

import msgspec
from litestar import Response, get, post

from common.errors import UsageError
from common.ids import now
from gateway import deliveries, watches
from gateway.pages import render
from gateway.ports import Stores
from gateway.watchforms import WatchCreate, WatchPatch, WatchView
from gateway.wiring import AnyRequest, Wiring

PER_PAGE = 50


@get("/watches", include_in_schema=False)
async def watches_page(request: AnyRequest, stores: Wiring) -> Response[bytes]:
    """All watches, and a form for a new one."""
    start = {"query": request.query_params.get("q", "")[:1000]}
    return await _page(request, stores, form=start)


@post("/watches", include_in_schema=False)
async def make(request: AnyRequest, stores: Wiring) -> Response[bytes]:
    """A new watch; what is wrong is said beside the form."""
    form = {str(name): str(value) for name, value in (await request.form()).items()}
    try:
        made = await watches.create(stores.watches, _asked(form), at=now())
    except UsageError as error:
        return await _page(request, stores, form=form, problem=error)
    if made.secret:
        return await _page(request, stores, form={}, made=made)
    return render.see("/watches")


@post("/watches/{watch_id:str}/switch", include_in_schema=False)
async def switch(watch_id: str, stores: Wiring) -> Response[bytes]:
    """On to off, off to on."""
    there = await watches.one(stores.watches, watch_id)
    switched = WatchPatch(active=not there.active)
    await watches.change(stores.watches, watch_id, switched, at=now())
    return render.see("/watches")


@post("/watches/{watch_id:str}/remove", include_in_schema=False)
async def remove(watch_id: str, stores: Wiring) -> Response[bytes]:
    """Away with it."""
    await watches.remove(stores.watches, watch_id)
    return render.see("/watches")


@get("/deliveries", include_in_schema=False)
async def deliveries_page(request: AnyRequest, stores: Wiring) -> Response[bytes]:
    """What was sent, when, and the answer."""
    found = await deliveries.newest(
        stores.deliveries, limit=PER_PAGE, cursor=request.query_params.get("cursor") or None
    )
    known = {one.id: one.name for one in (await watches.all_of(stores.watches)).items}
    return render.page(request, "deliveries.html", found=found, known=known)


async def _page(
    request: AnyRequest,
    stores: Stores,
    *,
    form: dict[str, str],
    problem: UsageError | None = None,
    made: WatchView | None = None,
) -> Response[bytes]:
    found = await watches.all_of(stores.watches)
    return render.page(
        request,
        "watches.html",
        status=400 if problem else 200,
        watches=found.items,
        form=form,
        problem=problem,
        made=made,
    )


def _asked(form: dict[str, str]) -> WatchCreate:
    kind = form.get("kind", "mail")
    target = form.get("target", "").strip()
    body = {
        "name": form.get("name", "").strip() or form.get("query", "").strip()[:60],
        "query": form.get("query", ""),
        "channel": {"kind": kind, ("url" if kind == "webhook" else "address"): target},
        "filters": {"categories": form.get("categories", "").replace(",", " ").split()},
        "min_score": form.get("min_score") or "0.5",
        "on": form.get("on") or "summary",
        "every": form.get("every") or "now",
        "hour": form.get("hour") or "7",
        "time_zone": form.get("time_zone", "").strip() or "UTC",
        "empty": "empty" in form,
    }
    try:
        return msgspec.convert(body, WatchCreate, strict=False)
    except msgspec.ValidationError as error:
        raise UsageError("watch", f"is not complete: {error}") from error
