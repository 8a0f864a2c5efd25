"""The pages of feeds and status, and asking for a run or a paper."""

from litestar import Response, get, post

from common.paperid import parse
from gateway import feeds, status
from gateway.jobs import asking
from gateway.pages import render
from gateway.wiring import AnyRequest, Live, Wiring


@get("/feeds", include_in_schema=False)
async def feeds_page(request: AnyRequest, stores: Wiring) -> Response[bytes]:
    """Feeds and their runs."""
    found = await feeds.view(stores.sources, stores.feeds)
    asked = request.query_params.get("asked", "")
    titles = {feed.name: feed.title for feed in found.items}
    return render.page(request, "feeds.html", found=found, asked=titles.get(asked, ""))


@post("/feeds/{name:str}/run", include_in_schema=False)
async def run_feed(name: str, stores: Wiring) -> Response[bytes]:
    """Ask the fetcher for a run."""
    feed = feeds.check(name, stores.feeds)
    await asking.start(stores, "fetch", {"feed": feed})
    return render.see(f"/feeds?asked={feed}")


@post("/ask", include_in_schema=False)
async def ask(request: AnyRequest, stores: Wiring) -> Response[bytes]:
    """Ask the fetcher for one paper."""
    named = parse(str((await request.form()).get("id", "")))
    job = await asking.start(stores, "fetch", {"ids": [str(named)]})
    return render.page(request, "asked.html", paper=named.key, job=job.id)


@get("/status", include_in_schema=False)
async def status_page(request: AnyRequest, stores: Wiring, hub: Live) -> Response[bytes]:
    """How the whole system is."""
    return render.page(request, "status.html", now=await status.view(stores, streams=hub.clients))
