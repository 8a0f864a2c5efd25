"""One request: run a feed or look up ids, and leave a record of it."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import structlog

from common.errors import EventTooLarge, Full, ServiceError, Terminal, Unavailable, UsageError
from common.events import FetchRequested
from common.jobwork import Told, current
from fetcher import ids
from fetcher.announce import Announcer
from fetcher.feeds import ArxivFeed, FolderFeed, feed_named
from fetcher.harvest import Order, wants, with_feeds
from fetcher.record import Record, rfc3339_of
from fetcher.runparts import Ending, LookUp, Parts
from fetcher.runs import Counts, Run, day_of, few, judge, run_id
from fetcher.selection import list_names
from fetcher.tally import Tally

__all__ = ["Parts", "Runner"]

log = structlog.get_logger("paperbus")

IDS = "ids"
"""Name under which look-ups by id are recorded."""


class Runner:
    """Runs feeds and look-ups."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def handle(self, request: FetchRequested, by: Announcer | None = None) -> None:
        """Do what a request asks; one that makes no sense raises Terminal.

        ``by`` announces papers asked for by id, in place of the usual way.
        """
        try:
            await self.run(request, by)
        except UsageError as error:
            raise Terminal(str(error), reason="bad_request") from error

    async def run(self, request: FetchRequested, by: Announcer | None = None) -> Run:
        """The record of the run; raises UsageError, Unavailable, Retryable, Terminal."""
        if request.ids:
            wanted = ids.parse_ids(request.ids)
            tally = Tally(limit=request.limit)
            look_up = LookUp(wanted, request.refetch, by or self._parts.announcer)
            return await self._recorded(IDS, tally, lambda: self._look_up(look_up, tally))
        feed = feed_named(dict(self._parts.feeds), request.feed)
        tally = Tally(limit=min(filter(None, (request.limit, feed.limit)), default=0))
        if isinstance(feed, FolderFeed):
            return await self._recorded(feed.name, tally, lambda: self._look_into(feed, tally))
        order = Order(
            since=day_of(request.since) if request.since else "",
            limit=request.limit,
            refetch=request.refetch,
        )
        return await self._recorded(feed.name, tally, lambda: self._harvest(feed, order, tally))

    async def watch(self) -> None:
        """Look once into every folder feed; only a look that met files leaves a record."""
        for feed in self._parts.feeds.values():
            if isinstance(feed, FolderFeed) and self._parts.folder.waiting(feed):
                await self.run(FetchRequested(feed=feed.name))

    def preview(self, feed: FolderFeed) -> tuple[Run, list[Record]]:
        """What a folder feed would announce now; nothing is touched."""
        records, refused = self._parts.folder.preview(feed)
        counts = Counts(
            seen=len(records) + len(refused),
            matched=len(records),
            new=len(records),
            failed=len(refused),
        )
        at = rfc3339_of(self._parts.now())
        run = Run(
            feed=feed.name,
            id="",
            started=at,
            ended=at,
            verdict="ok",
            counts=counts,
            reason="; ".join(refused),
        )
        return run, records

    async def _recorded(
        self, name: str, tally: Tally, work: Callable[[], Awaitable[Ending]]
    ) -> Run:
        started = self._parts.now()
        run = Run(feed=name, id=run_id(started), started=rfc3339_of(started))
        await self._parts.runs.save(run)
        following = current()
        following.look = lambda: _told(tally)
        try:
            ending = await work()
        except asyncio.CancelledError:
            if following.is_cancelled:
                await self._save(run, tally, Ending("cancelled", "stopped by a person"))
            raise
        except ServiceError as error:
            log.warning("run_failed", feed=name, error=str(error))
            away = isinstance(error, Unavailable) and error.dependency == "nats"
            if isinstance(error, Full) or not away:  # a full log leaves room for the record
                await self._save(run, tally, Ending("upstream error"), error=str(error))
            raise
        ended = await self._save(run, tally, ending)
        parts = (ended.reason,) if ended.verdict == "ok" else (ended.verdict, ended.reason)
        following.note = ": ".join(part for part in parts if part)
        await self._parts.runs.save_days(tally.days(ended.ended))
        log.info(
            "run_ended",
            feed=name,
            verdict=ended.verdict,
            reason=ended.reason,
            **msgspec.structs.asdict(ended.counts),
        )
        return ended

    async def _save(self, run: Run, tally: Tally, ending: Ending, *, error: str = "") -> Run:
        ended = msgspec.structs.replace(
            run,
            ended=rfc3339_of(self._parts.now()),
            verdict=ending.verdict,
            reason=ending.reason,
            counts=tally.counts,
            newest_day=tally.newest_day,
            missing=few(ending.missing),
            failed=few(f"{paper}: {why}"[:200] for paper, why in tally.failed.items()),
            error=error[:500],
        )
        await self._parts.runs.save(ended)
        return ended

    async def _harvest(self, feed: ArxivFeed, order: Order, tally: Tally) -> Ending:
        parts = self._parts
        since = None if order.since else await parts.runs.last_good(feed.name)
        await parts.harvest.run(feed, order, tally, parts.now().date())
        missing = await self._on_the_list(feed, tally) if parts.check_list else ()
        verdict, reason = judge(tally.counts, tally.newest_day, since=since, now=parts.now())
        return Ending(verdict, reason, missing)

    async def _on_the_list(self, feed: ArxivFeed, tally: Tally) -> tuple[str, ...]:
        """Look up what arXiv's list of the day has and the harvest has not met."""
        names = list_names(feed.categories)
        if not names or tally.full:
            return ()
        listed = await self._parts.arxiv.announced(names)
        unmet = [item.paper for item in listed.items if not tally.has_seen(item.paper.key)]
        records, missing = await ids.find(self._parts.arxiv, unmet)
        for record in records:
            if tally.see(record) and wants(feed, record):
                await self._announce(record, tally, refetch=False)
        return tuple(missing)

    async def _look_up(self, asked: LookUp, tally: Tally) -> Ending:
        following = current()
        missing: list[str] = []
        following.look = lambda: _told(tally, total=len(asked.papers), missing=len(missing))
        records, missing = await ids.find(self._parts.arxiv, asked.papers)
        for record in records:
            if tally.full:
                break
            tally.see(record)
            await self._announce(record, tally, refetch=asked.refetch, by=asked.by)
        reason = ids.unkept(missing, tally.failed)
        if len(tally.failed) == len(records):
            following.failure = reason
        return Ending("ok", reason, tuple(missing))

    async def _announce(
        self, record: Record, tally: Tally, *, refetch: bool, by: Announcer | None = None
    ) -> None:
        named = with_feeds(record, self._parts.feeds.values())
        announcer = by or self._parts.announcer
        try:
            tally.count(named, await announcer.announce(named, refetch=refetch))
        except EventTooLarge as error:  # it has its dead letter; the others go on
            tally.count(named, error)

    async def _look_into(self, feed: FolderFeed, tally: Tally) -> Ending:
        await self._parts.folder.run(feed, tally)
        return Ending("ok", "" if tally.counts.seen else "no new files")


def _told(tally: Tally, *, total: int = 0, missing: int = 0) -> Told:
    counts = tally.counts
    if total:
        done, failed = counts.matched - counts.failed, counts.failed + missing
        return Told("fetching papers", done, total, failed)
    return Told(f"looking for papers: {counts.seen} seen, {counts.new + counts.replaced} new")
