"""What is too large for the bus dies in sight, and harms nobody, on a real nats-server."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, cast

import msgspec
import pytest

from buses import connected, log_of, until, working
from common import topology
from common.batch import Draft, publish_one
from common.boundary import Boundary
from common.errors import EventTooLarge, Terminal
from common.events import FetchRequested, PaperAnnounced, PaperFetched, PaperMeta
from common.handlers import Handlers
from common.letters.box import Letters
from common.letters.letter import HEADERS
from common.letters.which import Which
from common.paperid import PaperId
from common.runtime import Runtime
from fakes_fetcher import FakeObjects, record
from fetcher import oai
from fetcher.ahead import Ahead
from fetcher.announce import LedgerAnnouncer
from fetcher.cursor import Cursors, Overlap
from fetcher.feeds import ArxivFeed
from fetcher.folder import FolderRules, FolderRun
from fetcher.harvest import Harvest, Order
from fetcher.memory import MemoryKv
from fetcher.record import Record
from fetcher.runner import Parts, Runner
from fetcher.runs import RunStore
from fetcher.tally import Tally
from servers import Nats

pytestmark = pytest.mark.connected
MEGABYTES = 2_000_000
TODAY = date(2026, 7, 14)
AI = ArxivFeed(name="ai", categories=("cs.AI",))
SMALL = ("Of bees", "They dance.")
HUGE = {"title": ("T" * MEGABYTES, "They dance."), "abstract": ("Of bees", "a" * MEGABYTES)}
XML = """<record><header><identifier>oai:arXiv.org:2607.0000{n}</identifier>
<datestamp>2026-07-14</datestamp></header><metadata><arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/">
<id>2607.0000{n}</id><version version="v1"><date>Mon, 13 Jul 2026 11:32:05 GMT</date></version>
<title>{title}</title><authors>A. Bee</authors><categories>cs.AI</categories>
<abstract>{abstract}</abstract></arXivRaw></metadata></record>"""


def answer(*papers: tuple[str, str]) -> oai.Page:
    """What arXiv would send, read as the fetcher reads it."""
    records = "".join(
        XML.format(n=n, title=title, abstract=abstract)
        for n, (title, abstract) in enumerate(papers, start=1)
    )
    head = "<OAI-PMH><responseDate>2026-07-14T02:00:00Z</responseDate><ListRecords>"
    return oai.parse_page(f"{head}{records}</ListRecords></OAI-PMH>".encode())


class Source:
    """arXiv with three papers, of which the second is too large."""

    def __init__(self, field: str) -> None:
        self.page = answer(SMALL, HUGE[field], SMALL)

    async def list_records(self, listing: Any) -> oai.Page:
        return self.page

    async def by_ids(self, ids: Sequence[PaperId]) -> tuple[Record, ...]:
        wanted = {one.key for one in ids}
        return tuple(one for one in self.page.records if one.paper in wanted)


class Downloads:
    """Gives every paper no file, and counts."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def fetch(self, event: PaperAnnounced) -> PaperFetched:
        self.asked.append(event.paper)
        return PaperFetched(paper=event.paper, version=event.version, meta=event.meta)


async def states(runtime: Runtime) -> list[str]:
    """What the row of each of the three papers says."""
    rows = [await runtime.ledger.read(f"arxiv:2607.0000{n}", "fetcher") for n in (1, 2, 3)]
    return [entry.row.state if entry else "" for entry in rows]


async def assert_stillborn(runtime: Runtime, field: str) -> None:
    """The second paper is dead with a plain reason and a letter, on a connection that stood."""
    entry = await runtime.ledger.read("arxiv:2607.00002", "fetcher")
    assert entry is not None
    assert (entry.row.state, entry.row.reason) == ("dead", "event_too_large")
    assert entry.row.error.startswith(f"its {field} has {MEGABYTES} characters; ")
    letters = Letters(runtime.js, runtime.ledger)
    found, _ = await letters.list(Which())
    assert [(one.paper, one.reason, one.service) for one in found] == [
        ("arxiv:2607.00002", "event_too_large", "fetcher")
    ]
    assert found[0].cut_from_bytes > MEGABYTES > 10 * found[0].size_bytes
    assert found[0].error == entry.row.error
    assert not runtime.nc.is_closed
    assert runtime.nc.stats["reconnects"] == 0


@pytest.mark.parametrize("field", HUGE)
async def test_a_harvest_goes_on_past_a_record_that_is_too_large(nats: Nats, field: str) -> None:
    async with connected(nats) as runtime:
        announcer = LedgerAnnouncer(runtime.ledger)
        harvest = Harvest(
            Source(field), announcer, Cursors(MemoryKv()), feeds=(AI,), overlap=Overlap()
        )
        tally = Tally()
        await harvest.run(AI, Order(), tally, TODAY)
        assert (tally.counts.new, tally.counts.failed) == (2, 1)
        assert list(tally.failed) == ["arxiv:2607.00002"]
        assert await states(runtime) == ["announced", "dead", "announced"]
        await assert_stillborn(runtime, field)
        again = Tally()
        await harvest.run(AI, Order(), again, TODAY)
        assert (again.counts.had, again.counts.failed) == (3, 0), "it dies once"


@pytest.mark.parametrize("is_ahead", [False, True], ids=["queued", "at once"])
async def test_one_asked_for_by_id_dies_alone(nats: Nats, is_ahead: bool) -> None:
    async with connected(nats) as runtime:
        source, downloads = cast(Any, Source("title")), Downloads()
        announcer = LedgerAnnouncer(runtime.ledger)
        kv = MemoryKv()
        harvest = Harvest(source, announcer, Cursors(kv), feeds=(AI,), overlap=Overlap())
        folder = FolderRun(announcer, FakeObjects(), kv, rules=FolderRules(), now=_now)
        runs = RunStore(kv, kept=10)
        runner = Runner(Parts(source, announcer, runs, harvest, folder, {"ai": AI}, _now))
        ids = tuple(f"2607.0000{n}" for n in (1, 2, 3))
        ahead = Ahead(runtime.ledger, announcer, cast(Any, downloads)) if is_ahead else None
        run = await runner.run(FetchRequested(ids=ids), ahead)
        assert (run.counts.new, run.counts.failed) == (2, 1)
        ended = "done" if is_ahead else "announced"
        assert await states(runtime) == [ended, "dead", ended]
        assert "arxiv:2607.00002" not in downloads.asked, "its file would belong to nothing"
        await assert_stillborn(runtime, "title")


def _now() -> datetime:
    return datetime(2026, 7, 14, 12, tzinfo=UTC)


async def test_what_was_stillborn_is_not_replayed_but_asked_for_again(nats: Nats) -> None:
    async with connected(nats) as runtime:
        announcer = LedgerAnnouncer(runtime.ledger)
        for refetch in (False, True):
            with pytest.raises(EventTooLarge):
                await announcer.announce(record(comment="c" * MEGABYTES), refetch=refetch)
        letters = Letters(runtime.js, runtime.ledger)
        found, _ = await letters.list(Which())
        assert [one.epoch for one in found] == [0, 1]
        end = await letters.replay(found[1].seq)
        assert (end.outcome, "the letter keeps only a part" in end.words) == ("refused", True)
        assert await announcer.announce(record(), refetch=True) == "replaced"
        entry = await runtime.ledger.read(record().paper, "fetcher")
        assert entry is not None
        assert (entry.row.state, entry.row.epoch) == ("announced", 2)
        assert (await letters.replay(found[0].seq)).outcome == "settled"
        assert (await letters.drop(found[1].seq)).outcome == "dropped"
        after = await runtime.ledger.read(record().paper, "fetcher")
        assert after == entry, "dropping the old letter leaves the new epoch alone"


def near_the_limit(spare: int) -> bytes:
    """An announcement with so many bytes left to what the server takes."""
    event = PaperAnnounced(paper="arxiv:1", version=1, meta=PaperMeta(title="T", abstract=""))
    missing = topology.MIB - spare - len(msgspec.json.encode(event)) - len(',"abstract":""')
    meta = PaperMeta(title="T", abstract="x" * missing)
    body = msgspec.json.encode(msgspec.structs.replace(event, meta=meta))
    assert len(body) == topology.MIB - spare
    return body


def refusing(taken: list[str], *, works: bool = False) -> Handlers:
    made = Handlers("fetcher")

    @made.on(PaperAnnounced)
    async def on_paper_announced(event: PaperAnnounced) -> PaperFetched:
        taken.append(f"{event.paper} {event.epoch} {len(event.meta.abstract)}")
        if works or event.epoch:
            small = PaperMeta(title="T")
            return PaperFetched(paper=event.paper, version=event.version, meta=small)
        raise Terminal("no", reason="no_pdf")

    return made


async def send(runtime: Runtime, body: bytes) -> int:
    draft = Draft(subject="paper.announced", body=body, limit_bytes=topology.MIB)
    return await publish_one(runtime.js, topology.PAPERS, draft)


async def test_the_letter_of_a_message_near_the_limit_is_kept_and_replayed_from_the_log(
    nats: Nats,
) -> None:
    taken: list[str] = []
    body = near_the_limit(2000)
    async with connected(nats) as runtime, working(nats, refusing(taken)):
        seq = await send(runtime, body)
        letters = Letters(runtime.js, runtime.ledger)
        await until(lambda: _count(letters, 1), "no letter")
        (one,), _ = await letters.list(Which())
        assert (one.paper, one.reason, one.message) == ("arxiv:1", "no_pdf", seq)
        assert one.cut_from_bytes == len(body)
        (dead,) = await log_of(runtime, "dead.paper.announced")
        assert len(dead.body) < 10_000
        assert (await letters.replay(one.seq, dry=True)).outcome == "replayed"
        assert (await letters.replay(one.seq)).outcome == "replayed"
        await until(lambda: _is(runtime, "done"), "not done again")
        assert taken[0].replace(" 0 ", " 1 ") == taken[1], "the whole message came again"


async def _count(letters: Letters, count: int) -> bool:
    return len((await letters.list(Which()))[0]) == count


async def _is(runtime: Runtime, state: str) -> bool:
    entry = await runtime.ledger.read("arxiv:1", "fetcher")
    return entry is not None and entry.row.state == state


@pytest.mark.parametrize(
    ("spare", "is_gone", "words"),
    [
        (2000, True, "keeps only a part of a message of 1046576 bytes"),
        (60, False, "the limit is 1048512"),
    ],
    ids=["the message is gone", "the replay would not fit"],
)
async def test_a_replay_that_cannot_be_says_why(
    nats: Nats, spare: int, is_gone: bool, words: str
) -> None:
    async with connected(nats) as runtime, working(nats, refusing([])):
        seq = await send(runtime, near_the_limit(spare))
        letters = Letters(runtime.js, runtime.ledger)
        await until(lambda: _count(letters, 1), "no letter")
        (one,), _ = await letters.list(Which())
        if is_gone:
            await runtime.js.delete_msg(topology.PAPERS, seq)
        end = await letters.replay(one.seq)
        assert (end.outcome, words in end.words) == ("refused", True), end.words
        assert await _count(letters, 1), "it stays"
        assert (await letters.drop(one.seq)).outcome == "dropped"
        assert await _is(runtime, "cancelled")


async def test_a_body_of_nobody_near_the_limit_is_cut_and_others_go_on(nats: Nats) -> None:
    taken: list[str] = []
    async with connected(nats) as runtime, working(nats, refusing(taken, works=True)) as worker:
        await send(runtime, b"\xff" * (topology.MIB - 100))
        await LedgerAnnouncer(runtime.ledger).announce(record())
        letters = Letters(runtime.js, runtime.ledger)
        await until(lambda: _count(letters, 1), "no letter")
        await until(lambda: _is_done(runtime), "the next one does not pass")
        (dead,) = [one async for one in letters.find(Which())]
        assert (dead.letter.reason, dead.letter.replayable) == ("undecodable", False)
        assert dead.letter.cut_from_bytes == topology.MIB - 100
        assert dead.body == b"\xff" * dead.letter.size_bytes
        await until(lambda: _is_idle(worker), "one of them is still in hand")
        assert HEADERS["cut"] == "Paperbus-Cut"


async def _is_idle(worker: Boundary) -> bool:
    return worker.in_work == 0


async def _is_done(runtime: Runtime) -> bool:
    entry = await runtime.ledger.read(record().paper, "fetcher")
    return entry is not None and entry.row.state == "done"
