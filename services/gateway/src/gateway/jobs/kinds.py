"""The kinds of jobs: one entry each says what may be asked, and who does it."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import msgspec

from common.errors import UsageError
from common.events import FetchAsked, Message
from common.ids import message_id
from common.jobs import Job, Priority
from common.jobwork import Told
from common.paperid import parse
from gateway import feeds, queries
from gateway.jobs import export, papers
from gateway.jobs.bulk import Bulk
from gateway.jobs.kept import Asked
from gateway.jobs.params import (
    BulkParams,
    ExportParams,
    FetchParams,
    Params,
    ReindexParams,
    SummariesParams,
    parsed,
    plain,
)
from gateway.jobs.reindex import Reindexing
from gateway.jobs.summaries import Summaries
from gateway.ports import FeedInfo, Stores

FEW = 20
"""A person waits for so many; more are a batch."""

Tell = Callable[[Told], None]


class Checked(NamedTuple):
    """What a person asked, every value in order, and in words."""

    params: Params
    title: str
    priority: Priority = "interactive"


class Kind(NamedTuple):
    """One kind; either ``order`` makes the request for a service, or ``work`` does it here."""

    params: type[Params]
    check: Callable[[Any, tuple[FeedInfo, ...]], Checked]
    order: Callable[[Job], Message] | None = None
    work: Callable[[Stores, Job, Tell], Awaitable[str]] | None = None
    """Gives the key of what it made, or nothing."""


def asked(kind: str, params: dict[str, Any], known: tuple[FeedInfo, ...]) -> Asked:
    """The question, checked; raises UsageError, and Missing for a feed there is not."""
    there = KINDS.get(kind)
    if there is None:
        raise UsageError("kind", f"{kind[:40]!r} is not one of {', '.join(KINDS)}")
    checked = there.check(parsed(params, there.params), known)
    return Asked(kind, plain(checked.params), checked.title, checked.priority)


def _fetch(params: FetchParams, known: tuple[FeedInfo, ...]) -> Checked:
    if bool(params.feed) == bool(params.ids):
        raise UsageError("params", "give either a feed or ids of papers")
    since = queries.day("since", params.since)
    if params.feed:
        feed = feeds.check(params.feed, known)
        title = next((info.title for info in known if info.name == feed and info.title), feed)
        made = FetchParams(feed=feed, since=since, limit=params.limit, refetch=params.refetch)
        return Checked(made, f"Run feed {title}")
    named = tuple(dict.fromkeys(str(parse(one)) for one in params.ids))
    made = FetchParams(ids=named, refetch=params.refetch, limit=params.limit)
    return Checked(made, f"Fetch {_few(named)}")


def _fetch_order(job: Job) -> FetchAsked:
    params = parsed(job.params, FetchParams)
    return FetchAsked(
        event_id=message_id("job", job.id, str(job.attempts)),
        feed=params.feed,
        ids=params.ids,
        since=params.since,
        limit=params.limit,
        refetch=params.refetch,
        job=job.id,
    )


def _summaries(params: SummariesParams, known: tuple[FeedInfo, ...]) -> Checked:
    del known
    how = f" by {params.model}" if params.model else ""
    return _bulk(params, "Summarise {}", how)


def _reindex(params: ReindexParams, known: tuple[FeedInfo, ...]) -> Checked:
    del known
    return _bulk(params, "Re-index {}")


def _bulk(params: BulkParams, title: str, how: str = "") -> Checked:
    if not params.ids:
        papers.wanted(params)
        return Checked(params, title.format(papers.words(params)) + how, "batch")
    if any((params.feed, params.categories, params.date_from, params.date_to, params.limit)):
        raise UsageError("ids", "cannot be joined with filters; give one or the other")
    named = tuple(dict.fromkeys(parse(one).key for one in params.ids))
    made = msgspec.structs.replace(params, ids=named)
    priority: Priority = "interactive" if len(named) <= FEW else "batch"
    return Checked(made, title.format(_few(named)), priority)


async def _summaries_work(stores: Stores, job: Job, tell: Tell) -> str:
    params = parsed(job.params, SummariesParams)
    return await Bulk(stores, params, errand=Summaries(stores, job), tell=tell).run()


async def _reindex_work(stores: Stores, job: Job, tell: Tell) -> str:
    params = parsed(job.params, ReindexParams)
    return await Bulk(stores, params, errand=Reindexing(stores, job), tell=tell).run()


def _export(params: ExportParams, known: tuple[FeedInfo, ...]) -> Checked:
    del known
    papers.wanted(params)
    return Checked(params, f"Export {papers.words(params)} as {params.format}")


def _few(named: tuple[str, ...]) -> str:
    shown = ", ".join(one.removeprefix("arxiv:") for one in named[:3])
    return f"{shown} and {len(named) - 3} more" if len(named) > 3 else shown


KINDS: dict[str, Kind] = {
    "fetch": Kind(FetchParams, _fetch, order=_fetch_order),
    "summaries": Kind(SummariesParams, _summaries, work=_summaries_work),
    "reindex": Kind(ReindexParams, _reindex, work=_reindex_work),
    "export": Kind(ExportParams, _export, work=export.run),
}
