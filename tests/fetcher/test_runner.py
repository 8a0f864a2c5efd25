"""Requests from beginning to record."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from common.errors import Terminal, Unavailable, UsageError
from common.events import FetchRequested
from common.jobwork import JobWork
from common.paperid import PaperId, parse
from fakes_fetcher import FakeLedger, FakeObjects, record
from fakes_jobs import JOB, FakeFlags, FakeNotices
from fetcher.announce import LedgerAnnouncer
from fetcher.arxiv import Arxiv, Listing
from fetcher.cursor import Cursors, Overlap
from fetcher.feeds import ArxivFeed, Feed, FolderFeed
from fetcher.folder import FolderRules, FolderRun
from fetcher.harvest import Harvest
from fetcher.memory import MemoryKv
from fetcher.oai import Page
from fetcher.record import Record
from fetcher.rss import Announced, Item
from fetcher.runner import Parts, Runner
from fetcher.runs import RunStore

NOW = datetime(2026, 7, 14, 12, tzinfo=UTC)


class Source:
    """arXiv with two papers in its lists, and a third only in the list of the day."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    async def list_records(self, listing: Listing) -> Page:
        if self.error is not None:
            raise self.error
        papers = tuple(record(f"arxiv:2607.0000{n}") for n in (1, 2))
        return Page(records=papers, answered="2026-07-14T03:00:00Z")

    async def by_ids(self, ids: Sequence[PaperId]) -> tuple[Record, ...]:
        return tuple(record(i.key, i.version or 1) for i in ids if i.key < "arxiv:2607.00009")

    async def announced(self, categories: Sequence[str]) -> Announced:
        listed = ("2607.00001v1", "2607.00003v1", "2607.00099v1")
        return Announced(items=tuple(Item(paper=parse(text)) for text in listed))


class System:
    def __init__(
        self, tmp_path: Path, *, error: Exception | None = None, check_list: bool = False
    ) -> None:
        feeds: dict[str, Feed] = {
            "ai": ArxivFeed(name="ai", categories=("cs.AI",)),
            "inbox": FolderFeed(name="inbox", path=str(tmp_path)),
        }
        self.ledger, self.kv, self.source = FakeLedger(), MemoryKv(), Source(error)
        announcer = LedgerAnnouncer(self.ledger)
        arxiv = cast(Arxiv, self.source)
        self.runs = RunStore(self.kv, kept=10)
        harvest = Harvest(
            arxiv, announcer, Cursors(self.kv), feeds=feeds.values(), overlap=Overlap()
        )
        folder = FolderRun(
            announcer, FakeObjects(), self.kv, rules=FolderRules(settle_s=0), now=lambda: NOW
        )
        self.runner = Runner(
            Parts(arxiv, announcer, self.runs, harvest, folder, feeds, lambda: NOW, check_list)
        )

    async def run(self, **request: Any) -> Any:
        return await self.runner.run(FetchRequested(**request))


async def test_a_run_leaves_its_record(tmp_path: Path) -> None:
    system = System(tmp_path)
    run = await system.run(feed="ai")
    assert (run.verdict, run.counts.new, run.newest_day) == ("ok", 2, "2026-07-14")
    assert await system.runs.newest("ai") == [run]
    assert "day.arxiv.2026-07-14" in await system.kv.keys("day.")


async def test_a_failed_run_says_so_and_fails(tmp_path: Path) -> None:
    system = System(tmp_path, error=Unavailable("arxiv", "answered 503", delay_s=900))
    with pytest.raises(Unavailable):
        await system.run(feed="ai")
    (run,) = await system.runs.newest("ai")
    assert (run.verdict, run.error) == ("upstream error", "arxiv: answered 503")


async def test_ids(tmp_path: Path) -> None:
    system = System(tmp_path)
    run = await system.run(ids=("arXiv:2607.00001v2", "2607.00099"))
    assert (run.feed, run.verdict, run.counts.new) == ("ids", "ok", 1)
    assert run.missing == ("arxiv:2607.00099",)
    assert "does not know arxiv:2607.00099" in run.reason
    assert system.ledger.announced[0].version == 2
    assert system.ledger.announced[0].meta.feeds == ("ai",)


@pytest.mark.parametrize(
    ("ids", "state", "counts"),
    [
        (("2607.00001",), "ok", (1, 1, 0)),
        (("2607.00001", "2607.00099"), "ok", (1, 2, 1)),
        (("2607.00098", "2607.00099"), "failed", (0, 2, 2)),
    ],
)
async def test_a_job_counts_what_arxiv_does_not_know_as_failed_and_names_it(
    tmp_path: Path, ids: tuple[str, ...], state: str, counts: tuple[int, int, int]
) -> None:
    system, notices = System(tmp_path), FakeNotices()
    request = FetchRequested(ids=ids)
    await JobWork(FakeFlags(), notices).followed(JOB, lambda: system.runner.handle(request))
    last = notices.reports[-1]
    assert (last.state, (last.done, last.total, last.failed)) == (state, counts)
    named = "arXiv does not know" in last.stage + last.error
    assert named == ("arxiv:2607.00099" in last.stage + last.error) == (counts[2] > 0)


async def test_the_list_of_the_day_finds_what_the_harvest_missed(tmp_path: Path) -> None:
    system = System(tmp_path, check_list=True)
    run = await system.run(feed="ai")
    assert sorted(e.paper[-1] for e in system.ledger.announced) == ["1", "2", "3"]
    assert (run.counts.new, run.missing) == (3, ("arxiv:2607.00099v1",))


async def test_a_folder(tmp_path: Path) -> None:
    system = System(tmp_path)
    await system.runner.watch()
    assert await system.runs.newest() == []  # nothing there, nothing recorded
    path = tmp_path / "x.pdf"
    path.write_bytes(b"%PDF-1.7 %%EOF")
    os.utime(path, (0, 0))
    run, records = system.runner.preview(FolderFeed(name="inbox", path=str(tmp_path)))
    assert (run.counts.new, len(records), path.exists()) == (1, 1, True)
    await system.runner.watch()
    (run,) = await system.runs.newest("inbox")
    assert (run.verdict, run.counts.new) == ("ok", 1)
    assert (await system.run(feed="inbox")).reason == "no new files"


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"feed": "nope"}, "there is no feed 'nope'; there are: ai, inbox"),
        ({"ids": ("nonsense",)}, "is not a paper id"),
        ({"feed": "ai", "since": "soon"}, "is no date"),
        ({}, "there is no feed ''"),
    ],
)
async def test_requests_that_make_no_sense(
    tmp_path: Path, request_: dict[str, Any], words: str
) -> None:
    system = System(tmp_path)
    with pytest.raises(UsageError, match=words):
        await system.run(**request_)
    with pytest.raises(Terminal, match=words) as caught:
        await system.runner.handle(FetchRequested(**request_))
    assert caught.value.reason == "bad_request"
    assert await system.kv.keys() == []
