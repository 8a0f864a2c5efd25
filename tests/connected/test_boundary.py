"""Delivery claims, on a real nats-server."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from common import consuming, provision, topology
from common.boundary import Boundary
from common.errors import Retryable, Terminal, Unavailable
from common.events import Event, PaperAnnounced, PaperFetched, PaperMeta
from common.handlers import Handlers
from common.ledger import Ledger
from common.runtime import Runtime, connect
from common.settings import BusSettings, RuntimeSettings
from servers import Nats, nats_server

pytestmark = pytest.mark.connected


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    bus: BusSettings
    runtime: RuntimeSettings = RuntimeSettings()


@pytest.fixture
def nats(tmp_path: Path) -> Iterator[Nats]:
    with nats_server(tmp_path / "nats") as server:
        yield server


@asynccontextmanager
async def bus(nats: Nats) -> AsyncIterator[Runtime]:
    async with connect("test", Settings(bus=BusSettings(nats_url=nats.url))) as runtime:
        await provision.apply(runtime.nc)
        yield runtime


def announced(number: int, version: int = 1) -> PaperAnnounced:
    meta = PaperMeta(title=f"Paper {number}")
    return PaperAnnounced(paper=f"arxiv:2401.{number:05d}", version=version, meta=meta)


@asynccontextmanager
async def fetcher(nats: Nats, handlers: Handlers, workers: int = 4) -> AsyncIterator[Boundary]:
    broker = consuming.broker_for(BusSettings(nats_url=nats.url), "fetcher")
    nc = await broker.connect()
    js = nc.jetstream()
    boundary = Boundary("fetcher", handlers.bindings[0], Ledger(js), js)
    consuming.bind(broker, [(boundary, workers)])
    await broker.start()
    try:
        yield boundary
    finally:
        await broker.stop()


async def facts(runtime: Runtime, subject: str) -> list[bytes]:
    found: list[bytes] = []
    last = await runtime.bus.last_seq()
    for seq in range(1, last + 1):
        fact = await runtime.bus.get(seq)
        if fact is not None and fact.subject == subject:
            found.append(fact.body)
    return found


async def settled(runtime: Runtime, papers: list[str], state: str = "done") -> None:
    async with asyncio.timeout(30):
        for paper in papers:
            while True:
                entry = await runtime.ledger.read(paper, "fetcher")
                if entry is not None and entry.row.state == state:
                    break
                await asyncio.sleep(0.05)


def passing(calls: list[str], *failures: Exception) -> Handlers:
    handlers = Handlers("fetcher")
    waiting = list(failures)

    @handlers.on(PaperAnnounced)
    async def on_paper_announced(event: PaperAnnounced) -> Event:
        calls.append(event.paper)
        if waiting:
            raise waiting.pop(0)
        return PaperFetched(paper=event.paper, version=event.version, meta=event.meta)

    return handlers


async def test_row_and_fact_are_stored_once_each(nats: Nats) -> None:
    calls: list[str] = []
    async with bus(nats) as runtime, fetcher(nats, passing(calls)):
        events = [announced(n) for n in range(30)]
        assert all(await asyncio.gather(*(runtime.ledger.announce(e, None) for e in events)))
        await settled(runtime, [event.paper for event in events])
        assert len(await facts(runtime, "paper.fetched")) == 30
        assert sorted(calls) == sorted(event.paper for event in events)
        entry = await runtime.ledger.read(events[0].paper, "fetcher")
        assert entry is not None
        fact = msgspec.json.decode(entry.row.result, type=PaperFetched)
        assert fact.event_id
        assert (entry.row.version, entry.row.attempts, fact.paper) == (1, 1, events[0].paper)


async def test_announcing_twice_states_one_fact(nats: Nats) -> None:
    async with bus(nats) as runtime:
        event = announced(1)
        both = await asyncio.gather(
            runtime.ledger.announce(event, None), runtime.ledger.announce(event, None)
        )
        assert sorted(both) == [False, True]
        assert len(await facts(runtime, "paper.announced")) == 1


async def test_a_repeated_delivery_redoes_nothing(nats: Nats) -> None:
    calls: list[str] = []
    async with bus(nats) as runtime, fetcher(nats, passing(calls)):
        acks = await runtime.nc.subscribe("$JS.ACK.>")
        event = announced(1)
        await runtime.ledger.announce(event, None)
        await settled(runtime, [event.paper])
        again = msgspec.json.encode(msgspec.structs.replace(event, event_id="other"))
        await runtime.js.publish("paper.announced", again)
        second = announced(2)
        await runtime.ledger.announce(second, None)
        await settled(runtime, [second.paper])
        assert len({(await acks.next_msg(timeout=10)).subject for _ in range(3)}) == 3
        assert calls == [event.paper, second.paper]
        assert len(await facts(runtime, "paper.fetched")) == 2


async def test_retryable_is_tried_again_and_terminal_becomes_a_dead_letter(nats: Nats) -> None:
    calls: list[str] = []
    failures = (Retryable("later", delay_s=0.1), Terminal("no such paper", reason="not_found"))
    async with bus(nats) as runtime, fetcher(nats, passing(calls, *failures), workers=1):
        event = announced(1)
        await runtime.ledger.announce(event, None)
        await settled(runtime, [event.paper], "dead")
        entry = await runtime.ledger.read(event.paper, "fetcher")
        assert entry is not None
        assert (entry.row.reason, entry.row.attempts, len(calls)) == ("not_found", 2, 2)
        (letter,) = await facts(runtime, "dead.paper.announced")
        assert msgspec.json.decode(letter)["paper"] == event.paper
        info = await runtime.js.consumer_info("PAPERS", "fetcher-paper-announced")
        assert (info.num_pending, info.num_ack_pending) == (0, 0)


async def test_a_bug_dies_after_its_attempts_and_others_go_on(nats: Nats) -> None:
    handlers = Handlers("fetcher")

    @handlers.on(PaperAnnounced)
    async def on_paper_announced(event: PaperAnnounced) -> Event:
        if event.paper.endswith("00001"):
            raise Retryable("always", delay_s=0.1)
        return PaperFetched(paper=event.paper, version=1, meta=event.meta)

    async with bus(nats) as runtime, fetcher(nats, handlers):
        for number in (1, 2, 3):
            await runtime.ledger.announce(announced(number), None)
        await settled(runtime, [announced(2).paper, announced(3).paper])
        await settled(runtime, [announced(1).paper], "dead")
        entry = await runtime.ledger.read(announced(1).paper, "fetcher")
        assert entry is not None
        assert (entry.row.reason, entry.row.attempts) == ("gave_up", topology.MAX_ATTEMPTS)


async def test_waiting_for_a_dependency_burns_no_attempt(nats: Nats) -> None:
    calls: list[str] = []
    down = [Unavailable("objects", "refused", delay_s=0.05) for _ in range(9)]
    async with bus(nats) as runtime, fetcher(nats, passing(calls, *down)):
        event = announced(1)
        await runtime.ledger.announce(event, None)
        await settled(runtime, [event.paper])
        entry = await runtime.ledger.read(event.paper, "fetcher")
        assert entry is not None
        assert (entry.row.attempts, len(calls)) == (1, 10)


@pytest.mark.parametrize(
    "body", [b'{"paper": 7', b'{"paper":"\xff"}', b"[" * 5000], ids=["cut", "utf-8", "deep"]
)
async def test_a_body_that_is_no_event_is_a_dead_letter_at_once(nats: Nats, body: bytes) -> None:
    async with bus(nats) as runtime, fetcher(nats, passing([])):
        await runtime.js.publish("paper.announced", body)
        async with asyncio.timeout(10):
            async for _ in runtime.bus.read(["dead.paper.announced"], after=0):
                break
        assert await facts(runtime, "dead.paper.announced") == [body]


async def test_racing_workers_state_one_fact_over_server_kills(nats: Nats) -> None:
    calls: list[str] = []
    async with bus(nats) as runtime:
        events = [announced(n) for n in range(40)]
        await asyncio.gather(*(runtime.ledger.announce(e, None) for e in events))
        async with fetcher(nats, passing(calls)), fetcher(nats, passing(calls)):
            for _ in range(3):
                await asyncio.sleep(0.05)
                nats.kill()
                nats.start()
            async with connect("look", Settings(bus=BusSettings(nats_url=nats.url))) as fresh:
                await settled(fresh, [event.paper for event in events])
                assert len(await facts(fresh, "paper.fetched")) == 40
