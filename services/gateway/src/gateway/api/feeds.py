"""Feeds, their runs, and asking for one."""

from typing import Annotated

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import Parameter

from common.events import FetchRequested
from common.ids import message_id
from gateway import feeds, idempotency, queries
from gateway.cards import API
from gateway.feeds import FeedList
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
        """Puts a request on the bus; the run appears under the feed when it has begun."""
        feed = feeds.check(name, stores.feeds)
        order = data or RunRequest()
        once = idempotency.checked(idempotency_key)
        since = queries.day("since", order.since)
        wanted = FetchRequested(
            feed=feed,
            since=since,
            limit=order.limit,
            refetch=order.refetch,
            event_id=message_id("run", once, feed, since, str(order.limit)) if once else "",
        )
        seq = await stores.bus.request(wanted)
        answer = Accepted(request_id=str(seq), accepted=(feed,), location=f"{API}/feeds")
        return Response(answer, status_code=202, headers={"Location": answer.location})
