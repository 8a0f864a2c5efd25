"""Feeds, their runs, and asking for one."""

from typing import Annotated

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import Parameter

from gateway import feeds, idempotency
from gateway.feeds import FeedList
from gateway.jobs import asking
from gateway.jobs.views import place_of
from gateway.views import Accepted
from gateway.wiring import Wiring


class RunRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a run should differ from a plain one."""

    since: Annotated[str, msgspec.Meta(max_length=40, examples=["2026-07-14"])] = ""
    limit: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0
    refetch: bool = False


class Feeds(Controller):
    """``/feeds``: standing orders to the fetcher."""

    path = "/feeds"
    tags = ("feeds",)

    @get("/", summary="Feeds and their latest runs")
    async def all(self, stores: Wiring) -> FeedList:
        """Every feed with the verdicts of its latest runs."""
        return await feeds.view(stores.sources, stores.feeds)

    @post("/{name:str}/run", status_code=202, summary="Run a feed now")
    async def run(
        self,
        name: str,
        stores: Wiring,
        data: RunRequest | None = None,
        idempotency_key: Annotated[str | None, Parameter(header="Idempotency-Key")] = None,
    ) -> Response[Accepted]:
        """The run becomes a job; asked again while it is under way, it is the same job."""
        feed = feeds.check(name, stores.feeds)
        once = idempotency.checked(idempotency_key)
        params = {"feed": feed, **msgspec.to_builtins(data or RunRequest())}
        job = await asking.start(stores, "fetch", params, once=once)
        answer = Accepted(request_id=job.id, accepted=(feed,), location=place_of(job.id))
        return Response(answer, status_code=202, headers={"Location": answer.location})
