"""Rows and facts, on a real nats-server."""

import asyncio

import pytest

from buses import connected, log_of, until
from common.errors import EventTooLarge, Unavailable
from common.events import PaperAnnounced, PaperMeta
from common.ids import now
from common.ledger import Row, draft_of, result_as, stamp
from common.runtime import Runtime
from servers import Nats

pytestmark = pytest.mark.connected

PAPER = "arxiv:2401.00001"
ODD = "doi:10.1000/a b.c*d>e%f"


def row(paper: str = PAPER, name: str = "fetcher", *, note: str = "", epoch: int = 0) -> Row:
    return Row(paper=paper, row=name, state="done", version=1, epoch=epoch, at=now(), notes=(note,))


def announced(paper: str = PAPER, title: str = "T") -> PaperAnnounced:
    return PaperAnnounced(paper=paper, version=1, meta=PaperMeta(title=title))


async def subjects(runtime: Runtime) -> list[str]:
    return [fact.subject for fact in await log_of(runtime)]


async def test_what_was_never_written_is_none(nats: Nats) -> None:
    async with connected(nats) as runtime:
        assert await runtime.ledger.read(PAPER, "fetcher") is None
        assert await runtime.ledger.timeline(PAPER) == []


@pytest.mark.parametrize("paper", [PAPER, ODD, "upload:" + "a" * 64, "x:論文"])
async def test_a_row_is_read_as_it_was_written(nats: Nats, paper: str) -> None:
    async with connected(nats) as runtime:
        first = row(paper, note="one")
        assert await runtime.ledger.commit(first, None)
        entry = await runtime.ledger.read(paper, "fetcher")
        assert entry is not None
        assert (entry.row, entry.seq) == (first, 1)


async def test_a_timeline_has_the_newest_of_each_row_of_one_paper(nats: Nats) -> None:
    async with connected(nats) as runtime:
        commit = runtime.ledger.commit
        await commit(row(name="fetcher"), None)
        await commit(row(name="indexer"), None)
        await commit(row("arxiv:2401.00002"), None)
        entry = await runtime.ledger.read(PAPER, "fetcher")
        await commit(row(name="fetcher", epoch=1), entry)
        timeline = await runtime.ledger.timeline(PAPER)
        assert [(e.row.row, e.row.epoch, e.seq) for e in timeline] == [
            ("indexer", 0, 2),
            ("fetcher", 1, 4),
        ]


async def test_a_guard_holds(nats: Nats) -> None:
    async with connected(nats) as runtime:
        commit, read = runtime.ledger.commit, runtime.ledger.read
        assert await commit(row(note="a"), None)
        assert not await commit(row(note="b"), None)
        entry = await read(PAPER, "fetcher")
        assert await commit(row(note="c"), entry)
        assert not await commit(row(note="d"), entry)
        newest = await read(PAPER, "fetcher")
        assert newest is not None
        assert newest.row.notes == ("c",)


async def test_a_refused_commit_stores_nothing_of_its_batch(nats: Nats) -> None:
    async with connected(nats) as runtime:
        assert await runtime.ledger.commit(row(), None)
        fact = draft_of(stamp(announced(), ""))
        assert not await runtime.ledger.commit(row(), None, fact)
        assert await subjects(runtime) == ["ledger.arxiv:2401%2E00001.fetcher"]


async def test_one_of_sixteen_racing_writers_wins(nats: Nats) -> None:
    async with connected(nats) as runtime:
        writers = [connected(nats, f"writer-{n}") for n in range(16)]
        opened = [await writer.__aenter__() for writer in writers]
        try:
            stated = [announced(title=str(number)) for number in range(16)]
            won = await asyncio.gather(
                *(one.ledger.announce(e, None) for one, e in zip(opened, stated, strict=True))
            )
        finally:
            for writer in writers:
                await writer.__aexit__(None, None, None)
        assert won.count(True) == 1
        assert sorted(await subjects(runtime)) == [
            "ledger.arxiv:2401%2E00001.fetcher",
            "paper.announced",
        ]
        entry = await runtime.ledger.read(PAPER, "fetcher")
        assert result_as(entry, PaperAnnounced).meta.title == str(won.index(True))


async def test_a_refused_member_of_a_group_leaves_the_others_stored(nats: Nats) -> None:
    async with connected(nats) as runtime:
        papers = [f"arxiv:2401.{n:05d}" for n in range(20)]
        assert await runtime.ledger.announce(announced(papers[7]), None)
        before = await runtime.bus.last_seq()
        stored = await asyncio.gather(
            *(runtime.ledger.announce(announced(paper), None) for paper in papers)
        )
        assert stored == [paper != papers[7] for paper in papers]
        assert await runtime.bus.last_seq() == before + 2 * 19
        assert (await subjects(runtime)).count("paper.announced") == 20


async def test_one_that_is_too_large_is_named_and_the_others_are_stored(nats: Nats) -> None:
    async with connected(nats) as runtime:
        commit = runtime.ledger.commit
        large, fine = await asyncio.gather(
            commit(row(note="x" * 70_000), None),
            commit(row("arxiv:2401.00002"), None),
            return_exceptions=True,
        )
        assert isinstance(large, EventTooLarge)
        assert fine is True


@pytest.mark.parametrize(("paused_s", "patience_s"), [(0.3, 5.0), (1.5, 1.0)])
async def test_after_a_server_that_stood_still_nothing_is_doubled(
    nats: Nats, monkeypatch: pytest.MonkeyPatch, paused_s: float, patience_s: float
) -> None:
    """The longer pause is longer than the wait for an answer, so the writer is in doubt."""
    monkeypatch.setattr("common.batch.PUBLISH_TIMEOUT_S", patience_s)
    async with connected(nats) as runtime:
        assert await runtime.ledger.announce(announced("arxiv:2401.00009"), None)
        papers = [f"arxiv:2401.{n:05d}" for n in range(5)]
        nats.pause()
        writing = [
            asyncio.create_task(runtime.ledger.announce(announced(paper), None)) for paper in papers
        ]
        await asyncio.sleep(paused_s)
        nats.resume()
        assert await asyncio.gather(*writing) == [True] * 5
        again = [await runtime.ledger.announce(announced(paper), None) for paper in papers]
        assert again == [False] * 5
        stored = await subjects(runtime)
        assert stored.count("paper.announced") == 6
        assert len(stored) == 12


async def test_what_went_down_with_the_server_is_not_taken_for_somebody_elses(
    nats: Nats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("common.batch.PUBLISH_TIMEOUT_S", 1.0)
    async with connected(nats) as runtime:
        nc = runtime.ledger._js._nc
        before = nc.stats["out_msgs"]

        async def sent() -> bool:
            return nc.stats["out_msgs"] == before + 2 and not nc.pending_data_size

        nats.pause()
        lost = asyncio.create_task(runtime.ledger.announce(announced(PAPER), None))
        await until(sent, "row and fact lie before the server, which never reads them")
        nats.kill()
        nats.start()
        with pytest.raises(Unavailable):
            await lost
        assert await runtime.ledger.announce(announced(PAPER), None)
        assert (await subjects(runtime)).count("paper.announced") == 1


@pytest.mark.usefixtures("impatient")
async def test_without_a_server_a_write_is_unavailable(nats: Nats) -> None:
    async with connected(nats) as runtime:
        nats.kill()
        with pytest.raises(Unavailable):
            await runtime.ledger.commit(row(), None)
        with pytest.raises(Unavailable):
            await runtime.ledger.read(PAPER, "fetcher")


async def test_a_killed_server_keeps_what_it_confirmed(nats: Nats) -> None:
    async with connected(nats) as runtime:
        confirmed = []
        for number in range(20):
            paper = f"arxiv:2401.{number:05d}"
            if await runtime.ledger.announce(announced(paper), None):
                confirmed.append(paper)
    nats.kill()
    nats.start()
    async with connected(nats) as runtime:
        assert len(confirmed) == 20
        for paper in confirmed:
            assert [e.row.row for e in await runtime.ledger.timeline(paper)] == ["fetcher"]
