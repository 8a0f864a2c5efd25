"""The kinds of jobs: one entry each says what may be asked, and who does it."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from common.errors import UsageError
from common.events import FetchAsked, Message
from common.ids import message_id
from common.jobs import Job, Priority
from common.jobwork import Told
from common.paperid import parse
from gateway import feeds, jobexport, jobpapers, queries
from gateway.jobparams import (
    ExportParams,
    FetchParams,
    PaperParams,
    Params,
    SummariesParams,
    parsed,
    plain,
)
from gateway.jobs import Asked
from gateway.jobsummaries import Bulk
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
    if not params.ids:
        jobpapers.wanted(params)
        how = f" by {params.model}" if params.model else ""
        return Checked(params, f"Summarise {jobpapers.words(params)}{how}", "batch")
    if _filters_said(params):
        raise UsageError("ids", "cannot be joined with filters; give one or the other")
    named = tuple(dict.fromkeys(parse(one).key for one in params.ids))
    made = SummariesParams(ids=named, model=params.model, redo=params.redo)
    return Checked(
        made, f"Summarise {_few(named)}", "interactive" if len(named) <= FEW else "batch"
    )


def _filters_said(params: PaperParams) -> bool:
    said = (params.feed, params.categories, params.date_from, params.date_to, params.limit)
    return any(said)


async def _summaries_work(stores: Stores, job: Job, tell: Tell) -> str:
    return await Bulk(stores, job, tell).run()


def _export(params: ExportParams, known: tuple[FeedInfo, ...]) -> Checked:
    del known
    jobpapers.wanted(params)
    return Checked(params, f"Export {jobpapers.words(params)} as {params.format}")


def _few(named: tuple[str, ...]) -> str:
    shown = ", ".join(one.removeprefix("arxiv:") for one in named[:3])
    return f"{shown} and {len(named) - 3} more" if len(named) > 3 else shown


KINDS: dict[str, Kind] = {
    "fetch": Kind(FetchParams, _fetch, order=_fetch_order),
    "summaries": Kind(SummariesParams, _summaries, work=_summaries_work),
    "export": Kind(ExportParams, _export, work=jobexport.run),
}
