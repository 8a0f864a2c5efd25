"""Delivery claims, on a real nats-server."""

import asyncio

import msgspec
import pytest

from buses import connected, log_of, until, working
from common import topology
from common.errors import Retryable, Terminal, Unavailable
from common.events import Event, PaperAnnounced, PaperFetched, PaperMeta
from common.handlers import Handlers
from common.runtime import Runtime
from servers import Nats

pytestmark = pytest.mark.connected


def announced(number: int, version: int = 1) -> PaperAnnounced:
    meta = PaperMeta(title=f"Paper {number}")
    return PaperAnnounced(paper=f"arxiv:2401.{number:05d}", version=version, meta=meta)


async def facts(runtime: Runtime, subject: str) -> list[bytes]:
    return [fact.body for fact in await log_of(runtime, subject)]


async def settled(
    runtime: Runtime, papers: list[str], state: str = "done", *, seconds: float = 90
) -> None:
    """``seconds`` leave time for a message that the server gives out again after 30."""
    async with asyncio.timeout(seconds):
        for paper in papers:
            while True:
                entry = await runtime.ledger.read(paper, "fetcher")
                if entry is not None and entry.row.state == state:
                    break
                await asyncio.sleep(0.05)


def passing(calls: list[str], *failures: Exception, workers: int = 4) -> Handlers:
    handlers = Handlers("fetcher")
    waiting = list(failures)

    @handlers.on(PaperAnnounced, workers=workers)
    async def on_paper_announced(event: PaperAnnounced) -> Event:
        calls.append(event.paper)
        if waiting:
            raise waiting.pop(0)
        return PaperFetched(paper=event.paper, version=event.version, meta=event.meta)

    return handlers


async def test_row_and_fact_are_stored_once_each(nats: Nats) -> None:
    calls: list[str] = []
    async with connected(nats) as runtime, working(nats, passing(calls)):
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
    async with connected(nats) as runtime:
        event = announced(1)
        both = await asyncio.gather(
            runtime.ledger.announce(event, None), runtime.ledger.announce(event, None)
        )
        assert sorted(both) == [False, True]
        assert len(await facts(runtime, "paper.announced")) == 1


async def test_a_repeated_delivery_redoes_nothing(nats: Nats) -> None:
    calls: list[str] = []
    async with connected(nats) as runtime, working(nats, passing(calls)):
        acks = await runtime.nc.subscribe("$JS.ACK.>")
        event = announced(1)
        await runtime.ledger.announce(event, None)
        await settled(runtime, [event.paper])
        again = msgspec.json.encode(msgspec.structs.replace(event, event_id="other"))
        await runtime.js.publish("paper.announced", again)
        second = announced(2)
        await runtime.ledger.announce(second, None)
        await settled(runtime, [second.paper])
        acked: set[str] = set()
        while len(acked) < 3:  # what takes long is acknowledged as being at work before
            acked.add((await acks.next_msg(timeout=60)).subject)
        assert calls == [event.paper, second.paper]
        assert len(await facts(runtime, "paper.fetched")) == 2


async def test_retryable_is_tried_again_and_terminal_becomes_a_dead_letter(nats: Nats) -> None:
    calls: list[str] = []
    failures = (Retryable("later", delay_s=0.1), Terminal("no such paper", reason="not_found"))
    async with connected(nats) as runtime, working(nats, passing(calls, *failures, workers=1)):
        event = announced(1)
        await runtime.ledger.announce(event, None)
        await settled(runtime, [event.paper], "dead")
        entry = await runtime.ledger.read(event.paper, "fetcher")
        assert entry is not None
        assert (entry.row.reason, entry.row.attempts, len(calls)) == ("not_found", 2, 2)
        (letter,) = await facts(runtime, "dead.paper.announced")
        assert msgspec.json.decode(letter)["paper"] == event.paper

        async def through() -> bool:
            info = await runtime.js.consumer_info("PAPERS", "fetcher-paper-announced")
            return (info.num_pending, info.num_ack_pending) == (0, 0)

        await until(through, "not settled")


async def test_a_bug_dies_after_its_attempts_and_others_go_on(nats: Nats) -> None:
    handlers = Handlers("fetcher")

    @handlers.on(PaperAnnounced, workers=4)
    async def on_paper_announced(event: PaperAnnounced) -> Event:
        if event.paper.endswith("00001"):
            raise Retryable("always", delay_s=0.1)
        return PaperFetched(paper=event.paper, version=1, meta=event.meta)

    async with connected(nats) as runtime, working(nats, handlers):
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
    async with connected(nats) as runtime, working(nats, passing(calls, *down)):
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
    async with connected(nats) as runtime, working(nats, passing([])):
        await runtime.js.publish("paper.announced", body)
        async with asyncio.timeout(60):
            async for _ in runtime.bus.read(["dead.paper.announced"], after=0):
                break
        assert await facts(runtime, "dead.paper.announced") == [body]


async def test_racing_workers_state_one_fact_over_server_kills(nats: Nats) -> None:
    calls: list[str] = []
    async with connected(nats) as runtime:
        events = [announced(n) for n in range(40)]
        await asyncio.gather(*(runtime.ledger.announce(e, None) for e in events))
        async with working(nats, passing(calls)), working(nats, passing(calls)):
            for _ in range(3):
                await asyncio.sleep(0.05)
                nats.kill()
                nats.start()
            async with connected(nats, "look") as fresh:
                await settled(fresh, [event.paper for event in events])
                assert len(await facts(fresh, "paper.fetched")) == 40
