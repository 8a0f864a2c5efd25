"""Harvests over pages, with what can go wrong between them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from common.errors import Full, Terminal, Unavailable
from common.events import PaperAnnounced
from fakes_fetcher import FakeLedger, record
from fetcher.announce import LedgerAnnouncer, Outcome
from fetcher.arxiv import Listing
from fetcher.cursor import Cursors, Overlap
from fetcher.feeds import ArxivFeed
from fetcher.harvest import Harvest, Order, wants, with_feeds
from fetcher.memory import MemoryKv
from fetcher.oai import BadToken, Page
from fetcher.record import Record
from fetcher.selection import Keywords
from fetcher.tally import Tally

TODAY = date(2026, 7, 14)
AI = ArxivFeed(name="ai", categories=("cs.AI",))
STAT = ArxivFeed(name="stat", categories=("stat.*",))


class Pages:
    """A source with three pages of two papers; asked-for failures come once."""

    def __init__(self, *, size: int = 6, per_page: int = 2, **failures: Exception) -> None:
        self.asked: list[Listing] = []
        self._papers = [
            record(f"arxiv:2607.{n:05}", categories=("cs.AI", "stat.ML"))
            for n in range(1, size + 1)
        ]
        self._per_page = per_page
        self._failures = dict(failures)

    async def list_records(self, listing: Listing) -> Page:
        self.asked.append(listing)
        if (error := self._failures.pop(listing.token or "first", None)) is not None:
            raise error
        start = int(listing.token.removeprefix("t") or 0) if listing.token else 0
        end = start + self._per_page
        token = f"t{end}" if end < len(self._papers) else ""
        return Page(
            records=tuple(self._papers[start:end]), token=token, answered="2026-07-14T02:00:00Z"
        )


class System:
    def __init__(self, source: Any, feeds: Sequence[ArxivFeed] = (AI, STAT)) -> None:
        self.ledger, self.kv, self.source = FakeLedger(), MemoryKv(), source
        self.harvest = Harvest(
            source, LedgerAnnouncer(self.ledger), Cursors(self.kv), feeds=feeds, overlap=Overlap()
        )

    async def run(self, feed: ArxivFeed = AI, **order: Any) -> Tally:
        tally = Tally(limit=order.get("limit", 0))
        await self.harvest.run(feed, Order(**order), tally, TODAY)
        return tally


async def test_all_pages_and_then_nothing_new() -> None:
    system = System(Pages())
    first = await system.run()
    assert (first.counts.seen, first.counts.new, first.counts.had) == (6, 6, 0)
    assert len(system.ledger.announced) == 6
    again = await system.run()
    assert (again.counts.new, again.counts.had) == (0, 6)
    assert [a.since for a in system.source.asked if not a.token] == ["2026-07-11", "2026-07-13"]


async def test_a_paper_carries_all_feeds_that_ask_for_it() -> None:
    system = System(Pages(size=1))
    await system.run()
    assert system.ledger.announced[0].meta.feeds == ("ai", "stat")
    assert (await system.run(STAT)).counts.had == 1


async def test_a_killed_harvest_goes_on_at_its_page() -> None:
    system = System(Pages(t4=Unavailable("arxiv", "down")))
    with pytest.raises(Unavailable):
        await system.run()
    assert len(system.ledger.announced) == 4
    await system.run()
    assert len(system.ledger.announced) == 6
    assert system.source.asked[-1].token == "t4"
    assert sum(not asked.token for asked in system.source.asked) == 1


async def test_an_expired_token_begins_again_from_the_last_date() -> None:
    system = System(Pages(t4=BadToken("expired")))
    tally = await system.run()
    assert tally.counts.new == 6
    assert [(a.token, a.since) for a in system.source.asked[2:4]] == [
        ("t4", "2026-07-11"),
        ("", "2026-07-14"),
    ]


async def test_a_source_that_never_accepts_its_tokens_is_given_up() -> None:
    class Refusing(Pages):
        async def list_records(self, listing: Listing) -> Page:
            page = await super().list_records(listing)
            if listing.token:
                raise BadToken("no")
            return page

    source = Refusing()
    with pytest.raises(BadToken):
        await System(source).run()
    assert len(source.asked) < 12


async def test_a_limit_stops_early_and_the_rest_comes_next_time() -> None:
    system = System(Pages())
    assert (await system.run(limit=3)).counts.new == 3
    assert len(system.source.asked) == 2
    assert (await system.run(limit=3)).counts.new == 3
    assert len(system.ledger.announced) == 6


async def test_an_order_for_a_day() -> None:
    system = System(Pages())
    await system.run(since="2026-06-01")
    assert system.source.asked[0].since == "2026-06-01"
    refetched = await system.run(since="2026-06-01", refetch=True)
    assert refetched.counts.replaced == 6
    assert {event.epoch for event in system.ledger.announced} == {0, 1}


async def test_one_paper_that_fails_stops_nothing() -> None:
    class Picky(LedgerAnnouncer[Any]):
        async def announce(self, record: Record, **more: Any) -> Outcome:
            if record.paper.endswith("2"):
                raise Terminal("too large")
            return await super().announce(record, **more)

    ledger = FakeLedger()
    harvest = Harvest(Pages(), Picky(ledger), Cursors(MemoryKv()), feeds=(AI,), overlap=Overlap())
    tally = Tally()
    await harvest.run(AI, Order(), tally, TODAY)
    assert (tally.counts.new, tally.counts.failed) == (5, 1)
    assert tally.failed == {"arxiv:2607.00002": "too large"}
    day = tally.days("now")["2026-07-14"]
    assert (day.announced, day.in_ledger) == (6, 5)


async def test_papers_of_two_sets_are_counted_once() -> None:
    feed = ArxivFeed(name="both", categories=("cs.AI", "stat.ML"))
    tally = await System(Pages(), (feed,)).run(feed)
    assert (tally.counts.seen, tally.counts.matched, tally.counts.new) == (6, 6, 6)


async def test_old_papers_whose_notes_changed_are_left_out() -> None:
    class Bulk(Pages):
        async def list_records(self, listing: Listing) -> Page:
            old = record("arxiv:1401.2122", announced="2014-01-10", changed="2026-07-14")
            return Page(records=(old, record()), answered="2026-07-14")

    tally = await System(Bulk()).run()
    assert (tally.counts.seen, tally.counts.new) == (2, 1)


@pytest.mark.parametrize(
    ("feed", "version", "categories", "wanted"),
    [
        (AI, 1, ("cs.AI",), True),
        (AI, 1, ("math.ST", "cs.AI"), True),
        (AI, 3, ("cs.AI",), True),
        (ArxivFeed(categories=("cs.AI",), cross_lists=False), 1, ("math.ST", "cs.AI"), False),
        (ArxivFeed(categories=("cs.AI",), replacements=False), 2, ("cs.AI",), False),
        (ArxivFeed(categories=("*",), keywords=Keywords(any=("title",))), 1, ("x.Y",), True),
        (ArxivFeed(categories=("*",), keywords=Keywords(none=("title",))), 1, ("x.Y",), False),
    ],
)
def test_what_a_feed_wants(
    feed: ArxivFeed, version: int, categories: tuple[str, ...], wanted: bool
) -> None:
    assert wants(feed, record(version=version, categories=categories)) is wanted


def test_no_feed_asks_for_it() -> None:
    assert with_feeds(record(categories=("hep-th",)), (AI, STAT)).meta.feeds == ()


class FullLedger(FakeLedger):
    """Has room for so many."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    async def announce(self, event: PaperAnnounced, previous: Any, /) -> bool:
        if len(self.announced) >= self.room:
            raise Full("nats", "stream PAPERS is full", delay_s=15)
        return await super().announce(event, previous)


async def test_a_full_log_stops_the_harvest_and_it_goes_on_where_it_was() -> None:
    system = System(Pages())
    system.ledger = ledger = FullLedger(room=3)
    system.harvest._announcer = LedgerAnnouncer(ledger)
    with pytest.raises(Full):
        await system.run()
    with pytest.raises(Full):
        await system.run()
    assert len(ledger.announced) == 3
    assert [asked.token for asked in system.source.asked] == ["", "t2", "t2"]
    ledger.room = 100
    assert (await system.run()).counts.new == 3
    assert sorted(event.paper for event in ledger.announced) == [
        f"arxiv:2607.{n:05}" for n in range(1, 7)
    ]
