"""Dead letters are listed, replayed and dropped on a real nats-server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

import pytest

from buses import connected, working
from common import topology
from common.errors import Terminal
from common.events import FetchRequested, PaperAnnounced, PaperFetched, PaperMeta
from common.handlers import Handlers
from common.ledger import Entry
from common.letters.box import Letters
from common.letters.letter import HEADERS
from common.letters.which import Which
from common.runtime import Runtime
from common.stream import Stored, following
from servers import Nats

pytestmark = pytest.mark.connected


class Fetcher:
    """Refuses every paper until it is told to work, and every request."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.letters = Letters(runtime.js, runtime.ledger)
        self.works = False
        self.asked = asyncio.Event()
        self.done: list[str] = []

    def handlers(self) -> Handlers:
        made = Handlers("fetcher")

        @made.on(PaperAnnounced)
        async def on_paper_announced(event: PaperAnnounced) -> PaperFetched:
            if not self.works:
                raise Terminal("password=canary77 was wrong", reason="no_pdf")
            self.done.append(f"{event.paper} {event.epoch}")
            return PaperFetched(paper=event.paper, version=event.version, meta=event.meta)

        @made.on(FetchRequested)
        async def on_fetch_requested(event: FetchRequested) -> None:
            if not self.works:
                raise Terminal("no such feed", reason="bad_request")
            self.done.append(event.feed)
            self.asked.set()

        return made

    async def announce(self, paper: str, *, feed: str = "ai", version: int = 1) -> None:
        meta = PaperMeta(title=f"On {paper}", feeds=(feed,))
        event = PaperAnnounced(paper=paper, version=version, meta=meta)
        before = await self.runtime.ledger.read(paper, "fetcher")
        assert await self.runtime.ledger.announce(event, before)

    async def waiting(self, count: int) -> list[int]:
        """Sequences of the letters, once there are so many."""
        async with asyncio.timeout(60):
            while True:
                found, _ = await self.letters.list(Which())
                if len(found) == count:
                    return [one.seq for one in found]
                await asyncio.sleep(0.05)

    async def row(self, paper: str, state: str, epoch: int) -> Entry:
        async with asyncio.timeout(60):
            while True:
                entry = await self.runtime.ledger.read(paper, "fetcher")
                if entry and (entry.row.state, entry.row.epoch) == (state, epoch):
                    return entry
                await asyncio.sleep(0.05)

    async def log(self, pattern: str) -> list[Stored]:
        return await following(self.runtime.js, topology.PAPERS, pattern)


@asynccontextmanager
async def fetching(nats: Nats, *, take: bool = True) -> AsyncIterator[Fetcher]:
    async with connected(nats) as runtime:
        fetcher = Fetcher(runtime)
        async with working(nats, fetcher.handlers()) if take else nullcontext():
            yield fetcher


async def test_a_letter_says_all_that_is_known(nats: Nats) -> None:
    async with fetching(nats) as fetcher:
        await fetcher.announce("arxiv:1")
        (seq,) = await fetcher.waiting(1)
        found = await fetcher.letters.get(seq)
        assert found is not None
        one = found.letter
        assert (one.service, one.kind, one.reason) == ("fetcher", "Terminal", "no_pdf")
        assert (one.paper, one.version, one.epoch, one.title) == ("arxiv:1", 1, 0, "On arxiv:1")
        assert (one.stream, one.message, one.attempts) == ("PAPERS", 2, 1)
        assert one.means == "The source has no PDF of this version."
        assert "canary77" not in one.error
        assert one.replayable
        assert await fetcher.letters.get(1) is None, "a row is no letter"
        assert await fetcher.letters.get(10_000) is None


@pytest.mark.parametrize(
    ("which", "papers"),
    [
        (Which(), ["a", "b", "c"]),
        (Which(service="fetcher"), ["a", "b", "c"]),
        (Which(service="indexer"), []),
        (Which(kind="Terminal"), ["a", "b", "c"]),
        (Which(kind="Retryable"), []),
        (Which(reason="no_pdf", feed="quant"), ["b"]),
        (Which(paper="c"), ["c"]),
        (Which(since="2001-01-01T00:00:00Z"), ["a", "b", "c"]),
        (Which(since="2999-01-01T00:00:00Z"), []),
    ],
)
async def test_letters_are_chosen(nats: Nats, which: Which, papers: list[str]) -> None:
    async with fetching(nats) as fetcher:
        for paper, feed in (("a", "ai"), ("b", "quant"), ("c", "ai")):
            await fetcher.announce(paper, feed=feed)
        await fetcher.waiting(3)
        found, more = await fetcher.letters.list(which)
        assert ([one.paper for one in found], more) == (papers, False)


async def test_pages_of_letters_leave_none_out(nats: Nats) -> None:
    async with fetching(nats, take=False) as fetcher:
        for n in range(230):
            await fetcher.runtime.js.publish("dead.paper.announced", b"%d" % n)
        seen: list[int] = []
        more = True
        while more:
            found, more = await fetcher.letters.list(Which(), after=max(seen, default=0), limit=50)
            seen += [one.seq for one in found]
        assert len(seen) == len(set(seen)) == 230


async def test_a_replay_redoes_the_work_once_and_the_letter_goes(nats: Nats) -> None:
    async with fetching(nats) as fetcher:
        await fetcher.announce("arxiv:1")
        (seq,) = await fetcher.waiting(1)
        fetcher.works = True
        tried = await fetcher.letters.replay(seq, dry=True)
        assert (tried.outcome, tried.epoch) == ("replayed", 1)
        assert await fetcher.waiting(1) == [seq]
        ends = await asyncio.gather(*(fetcher.letters.replay(seq) for _ in range(5)))
        assert {end.outcome for end in ends} <= {"replayed", "settled", "gone"}
        await fetcher.row("arxiv:1", "done", 1)
        assert fetcher.done == ["arxiv:1 1"]
        assert await fetcher.waiting(0) == []
        assert (await fetcher.letters.replay(seq)).outcome == "gone"
        (kept,) = await fetcher.log("retry.>")
        assert kept.headers[HEADERS["letter"]] == str(seq)
        assert len(await fetcher.log("paper.fetched")) == 1


async def test_a_replay_that_was_cut_off_in_the_middle_does_nothing_twice(nats: Nats) -> None:
    """Published, then killed before the letter was removed, and long after replayed again."""
    async with fetching(nats) as fetcher:
        await fetcher.announce("arxiv:1")
        (seq,) = await fetcher.waiting(1)
        fetcher.works = True
        (letter,) = await fetcher.log("dead.>")
        await fetcher.letters.replay(seq)
        await fetcher.row("arxiv:1", "done", 1)
        headers = {name: value for name, value in letter.headers.items() if "Paperbus" in name}
        await fetcher.runtime.js.publish(letter.subject, letter.body, headers=headers)
        (again,) = await fetcher.waiting(1)
        end = await fetcher.letters.replay(again)
        assert (end.outcome, end.words) == ("settled", "fetcher is done (v1, epoch 1)")
        assert await fetcher.waiting(0) == []
        assert fetcher.done == ["arxiv:1 1"]


async def test_a_replay_that_dies_again_knows_where_it_came_from(nats: Nats) -> None:
    async with fetching(nats) as fetcher:
        await fetcher.announce("arxiv:1")
        (first,) = await fetcher.waiting(1)
        await fetcher.letters.replay(first)
        await fetcher.row("arxiv:1", "dead", 1)
        (second,) = await fetcher.waiting(1)
        found = await fetcher.letters.get(second)
        assert found is not None
        assert (found.letter.letter, found.letter.epoch) == (first, 1)
        assert found.letter.subject == "paper.announced"
        fetcher.works = True
        assert (await fetcher.letters.replay(second)).epoch == 2
        await fetcher.row("arxiv:1", "done", 2)


async def test_a_letter_of_an_older_version_is_settled(nats: Nats) -> None:
    async with fetching(nats) as fetcher:
        await fetcher.announce("arxiv:1")
        (seq,) = await fetcher.waiting(1)
        fetcher.works = True
        await fetcher.announce("arxiv:1", version=2)
        await fetcher.row("arxiv:1", "done", 0)
        assert (await fetcher.letters.replay(seq)).outcome == "settled"
        assert await fetcher.waiting(0) == []


async def test_a_dropped_paper_is_cancelled_and_may_not_come_back(nats: Nats) -> None:
    async with fetching(nats) as fetcher:
        await fetcher.announce("arxiv:1")
        (seq,) = await fetcher.waiting(1)
        assert (await fetcher.letters.drop(seq, dry=True)).outcome == "dropped"
        assert await fetcher.waiting(1) == [seq]
        ends = await asyncio.gather(*(fetcher.letters.drop(seq) for _ in range(3)))
        assert {end.outcome for end in ends} <= {"dropped", "gone"}
        entry = await fetcher.row("arxiv:1", "cancelled", 0)
        assert entry.row.reason == "dropped"
        assert len([s for s in await fetcher.log("ledger.>") if b"cancelled" in s.body]) == 1
        assert await fetcher.waiting(0) == []


async def test_a_request_is_made_once_more(nats: Nats) -> None:
    async with fetching(nats) as fetcher:
        await fetcher.runtime.bus.request(FetchRequested(feed="ai"))
        (seq,) = await fetcher.waiting(1)
        found = await fetcher.letters.get(seq)
        assert found is not None
        assert (found.letter.stream, found.letter.feeds) == ("REQUESTS", ("ai",))
        fetcher.works = True
        end = await fetcher.letters.replay(seq)
        assert (end.outcome, end.words) == ("replayed", "fetch.requested")
        async with asyncio.timeout(60):
            await fetcher.asked.wait()
        assert fetcher.done == ["ai"]
        assert await fetcher.waiting(0) == []


async def test_what_cannot_be_read_can_only_be_dropped(nats: Nats) -> None:
    async with fetching(nats) as fetcher:
        await fetcher.runtime.js.publish("paper.announced", b"\xff{")
        (seq,) = await fetcher.waiting(1)
        refused = await fetcher.letters.replay(seq)
        assert (refused.outcome, refused.is_fine) == ("refused", False)
        assert "no message that paperbus knows" in refused.words
        assert await fetcher.waiting(1) == [seq]
        assert (await fetcher.letters.drop(seq)).outcome == "dropped"
        assert await fetcher.waiting(0) == []
