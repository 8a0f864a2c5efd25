"""The harvest of an arXiv feed: set by set, page by page, each record set against the ledger."""

import asyncio
from collections.abc import Iterable
from datetime import date
from typing import Protocol

import msgspec

from common.errors import Terminal
from fetcher import cursor as cursors
from fetcher.announce import Announcer, Outcome
from fetcher.arxiv import Listing
from fetcher.cursor import Cursor, Cursors, Overlap
from fetcher.feeds import ArxivFeed, Feed
from fetcher.oai import BadToken, Page
from fetcher.record import Record, is_old_news
from fetcher.selection import oai_sets, wants_category, wants_words
from fetcher.tally import Tally

_AT_ONCE = 32  # the ledger stores what waits together in one commit
_RESTARTS = 3


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is asked for beyond its feed."""

    since: str = ""
    limit: int = 0
    refetch: bool = False


class ListRecords(Protocol):
    """Gives pages of records."""

    async def list_records(self, listing: Listing) -> Page:
        """One page; raises BadToken when its token has expired."""


def wants(feed: ArxivFeed, record: Record) -> bool:
    """Whether the paper is one the feed asks for."""
    categories = record.meta.categories if feed.cross_lists else record.meta.categories[:1]
    return (
        (feed.replacements or record.version == 1)
        and wants_category(feed.categories, categories)
        and wants_words(feed.keywords, record.meta)
    )


def with_feeds(record: Record, feeds: Iterable[Feed]) -> Record:
    """The record with the names of all feeds that ask for it, whichever finds it first."""
    names = tuple(f.name for f in feeds if isinstance(f, ArxivFeed) and wants(f, record))
    meta = msgspec.structs.replace(record.meta, feeds=names)
    return msgspec.structs.replace(record, meta=meta)


class Harvest:
    """Harvests feeds; what happened is written into the tally as it happens."""

    def __init__(
        self,
        source: ListRecords,
        announcer: Announcer,
        kept: Cursors,
        *,
        feeds: Iterable[Feed],
        overlap: Overlap,
    ) -> None:
        self._source, self._announcer, self._kept = source, announcer, kept
        self._feeds, self._overlap = tuple(feeds), overlap

    async def run(self, feed: ArxivFeed, order: Order, tally: Tally, today: date) -> None:
        """All sets of the feed, or until the limit of new papers is reached."""
        for set_spec in oai_sets(feed.categories):
            if tally.full:
                return
            await self._set(feed, set_spec, order, tally, today)

    async def _set(
        self, feed: ArxivFeed, set_spec: str, order: Order, tally: Tally, today: date
    ) -> None:
        overlap = msgspec.structs.replace(self._overlap, first_days=feed.first_days)
        stored = await self._kept.load(feed.name, set_spec, order.since)
        cursor = cursors.begin(stored, order.since, overlap, today)
        restarts = 0
        while True:
            listing = Listing(set_spec=set_spec, since=cursor.began, token=cursor.token)
            try:
                page = await self._source.list_records(listing)
            except BadToken:
                if (restarts := restarts + 1) > _RESTARTS or not cursor.token:
                    raise
                cursor = cursors.restarted(cursor)
                continue
            await self._page(feed, page, cursor, order, tally)
            if tally.full:
                return  # the cursor stays, so that the next run finds the rest
            changed = [record.changed for record in page.records]
            cursor = cursors.after_page(cursor, changed, page.token, page.answered)
            if not cursor.token:
                break
            await self._kept.save(feed.name, set_spec, cursor, since=order.since)
        await self._kept.finish(feed.name, set_spec, cursor, since=order.since, today=today)

    async def _page(
        self, feed: ArxivFeed, page: Page, cursor: Cursor, order: Order, tally: Tally
    ) -> None:
        unread = [record for record in page.records if tally.see(record)]
        wanted = [
            with_feeds(record, self._feeds)
            for record in unread
            if wants(feed, record) and not is_old_news(record, cursor.began)
        ]
        while wanted and not tally.full:
            some, wanted = wanted[: tally.room(_AT_ONCE)], wanted[tally.room(_AT_ONCE) :]
            outcomes = await asyncio.gather(*(self._announce(r, order.refetch) for r in some))
            for record, outcome in zip(some, outcomes, strict=True):
                tally.count(record, outcome)

    async def _announce(self, record: Record, refetch: bool) -> Outcome | Terminal:
        try:
            return await self._announcer.announce(record, refetch=refetch)
        except Terminal as error:
            return error
