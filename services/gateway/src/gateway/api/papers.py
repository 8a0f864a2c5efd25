"""Papers: the list, one paper, what is derived from it, and asking for more."""

import asyncio
import time
from typing import Annotated

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import Parameter

from common.errors import UsageError
from common.ids import now
from common.paperid import parse
from gateway import idempotency, library, listing, listing_passages, nearby, queries, switched
from gateway.failures import Missing
from gateway.hits import hit_items
from gateway.jobs import asking
from gateway.jobs.views import place_of
from gateway.shelf import ordering
from gateway.views import (
    Accepted,
    HitList,
    PaperList,
    PaperView,
    PassageList,
    SummaryView,
    TimelineView,
)
from gateway.wiring import (
    FILTERS,
    PAGED,
    QUERY,
    AnyRequest,
    Paging,
    Wanted,
    Wiring,
    next_link,
    paper_of,
)

MAX_IDS = 100
Limit = Annotated[int, Parameter(ge=1, le=50)]
Sort = Annotated[str, Parameter(description=", ".join(ordering.SORTS), max_length=40)]


class PapersRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask for papers by id; each is fetched from its source and goes through the whole chain."""

    ids: Annotated[
        list[Annotated[str, msgspec.Meta(max_length=300)]],
        msgspec.Meta(min_length=1, max_length=MAX_IDS, examples=[["arXiv:2401.00001v2"]]),
    ]
    refetch: bool = False


class Papers(Controller):
    """``/papers``: newest first, one by any form of its id, and what belongs to it."""

    path = "/papers"
    tags = ("papers",)

    @get("/", opt={QUERY: (*FILTERS, *PAGED)}, summary="Papers, newest first")
    async def newest(
        self, request: AnyRequest, stores: Wiring, filters: Wanted, page: Paging
    ) -> PaperList:
        """Newest papers first, with filters; follow ``next`` for more."""
        found = await listing.newest(stores.index, filters, limit=page.limit, cursor=page.cursor)
        return PaperList(
            items=found.items,
            next_cursor=found.cursor or None,
            next=next_link(request, found.cursor),
        )

    @post("/", status_code=202, summary="Ask for papers by id")
    async def ask(
        self,
        data: PapersRequest,
        stores: Wiring,
        idempotency_key: Annotated[str | None, Parameter(header="Idempotency-Key")] = None,
    ) -> Response[Accepted]:
        """They become one job, which overtakes what is scheduled; follow it at ``Location``."""
        named = tuple(dict.fromkeys(str(parse(one)) for one in data.ids))
        once = idempotency.checked(idempotency_key)
        params = {"ids": named, "refetch": data.refetch}
        job = await asking.start(stores, "fetch", params, once=once)
        answer = Accepted(request_id=job.id, accepted=named, location=place_of(job.id))
        return Response(answer, status_code=202, headers={"Location": answer.location})

    @get("/{paper:str}", summary="One paper")
    async def one(self, paper: str, stores: Wiring) -> PaperView:
        """A paper by any form of its id; without a version it is the latest one."""
        named = parse(paper_of(paper))
        found = await library.known(stores.ledger, named)
        told = await library.summary(stores.objects, found)
        return library.detail(found, told, named.version)

    @get("/{paper:str}/timeline", summary="What happened to a paper")
    async def timeline(self, paper: str, stores: Wiring) -> TimelineView:
        """Announced, fetched, embedded, summarised, notified: with times, durations and reasons."""
        found = await library.known(stores.ledger, parse(paper_of(paper)))
        return found.timeline

    @get("/{paper:str}/summary", summary="The summary of a paper")
    async def summary(self, paper: str, stores: Wiring) -> SummaryView:
        """The stored summary, marked when it is made of the paper's own sentences."""
        found = await library.known(stores.ledger, parse(paper_of(paper)))
        told = await library.summary(stores.objects, found)
        if told is None:
            raise Missing(f"{found.key} has no summary yet; its timeline says where it stands")
        return told

    @get(
        "/{paper:str}/similar",
        opt={QUERY: (*FILTERS, "sort", "limit")},
        summary="Papers near this one",
    )
    async def similar(
        self,
        paper: str,
        stores: Wiring,
        filters: Wanted,
        *,
        sort: Sort = "similarity",
        limit: Limit = 10,
    ) -> HitList:
        """The nearest papers by meaning, without the paper itself; or the newest of those near."""
        started = time.perf_counter()
        named = parse(paper_of(paper))
        switched.need(stores, "similar")
        order = ordering.sort(sort), now()
        hits = await nearby.similar(stores, named.key, filters, order=order, limit=limit)
        if not hits:
            await library.known(stores.ledger, named)
        took = round((time.perf_counter() - started) * 1000, 3)
        items = hit_items(hits, "")
        return HitList(items=items, query=named.key, mode="similar", took_ms=took)

    @get("/{paper:str}/passages", opt={QUERY: ("q", "limit")}, summary="Passages of a paper")
    async def passages(
        self, paper: str, stores: Wiring, q: str | None = None, *, limit: Limit = 5
    ) -> PassageList:
        """The passages of one paper that answer a query best, with their pages."""
        if q is None:
            raise UsageError("q", "is missing; write what you look for in the paper")
        named, text = parse(paper_of(paper)), queries.query(q)
        found, there = await asyncio.gather(
            stores.index.passages(text, paper=named.key, limit=limit),
            stores.index.these([named.key]),
        )
        if not found or not there:
            await library.known(stores.ledger, named)
            return PassageList(paper=named.key, query=text, items=[])
        items = listing_passages.of_paper(found, text, listing_passages.opens_of(there[0]))
        return PassageList(paper=named.key, query=text, items=items)
