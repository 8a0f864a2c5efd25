"""What the server gives up becomes a dead letter, on a real nats-server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from buses import connected
from common import topology
from common.advisories import REAPERS, Advisory, reaper_of
from common.events import FetchRequested, PaperAnnounced, PaperMeta
from common.letters.box import Letters
from common.letters.letter import Letter
from common.letters.which import Which
from common.reaper import Undertaker
from common.runtime import Runtime
from servers import Nats

pytestmark = pytest.mark.connected

DURABLE = "fetcher-paper-announced"


@asynccontextmanager
async def reaping(nats: Nats) -> AsyncIterator[Runtime]:
    """A bus whose fetcher only reaps."""
    async with connected(nats, "fetcher") as runtime:
        own = reaper_of("fetcher")
        assert own is not None
        task = asyncio.create_task(Undertaker(own, runtime.ledger, runtime.js).run())
        yield runtime
        assert not task.done()
        task.cancel()


async def letters(runtime: Runtime, count: int) -> list[Letter]:
    async with asyncio.timeout(60):
        while True:
            found, _ = await Letters(runtime.js, runtime.ledger).list(Which())
            if len(found) >= count:
                return found
            await asyncio.sleep(0.05)


async def heard(runtime: Runtime, count: int) -> None:
    """Wait until the reaper has settled so many advisories."""
    async with asyncio.timeout(60):
        while True:
            info = await runtime.js.consumer_info(topology.ADVISORIES, "fetcher-reaper")
            if info.ack_floor is not None and info.ack_floor.consumer_seq >= count:
                return
            await asyncio.sleep(0.05)


async def use_up(runtime: Runtime, stream: str, durable: str) -> None:
    """Fetch and give back until the server delivers the message no more."""
    config = (await runtime.js.consumer_info(stream, durable)).config
    config.max_deliver = 2
    config.ack_wait = 1
    await runtime.js.add_consumer(stream, config)
    subscription = await runtime.js.pull_subscribe_bind(durable=durable, stream=stream)
    for _ in range(2):
        (message,) = await subscription.fetch(1, timeout=5)
        await message.nak()
    with pytest.raises(TimeoutError):
        await subscription.fetch(1, timeout=1)


async def terminated(runtime: Runtime, payload: bytes) -> None:
    subscription = await runtime.js.pull_subscribe_bind(durable=DURABLE, stream=topology.PAPERS)
    (message,) = await subscription.fetch(1, timeout=5)
    await runtime.nc.publish(message.reply, payload)


async def announce(runtime: Runtime, **more: Any) -> PaperAnnounced:
    event = PaperAnnounced(paper="a", version=1, meta=PaperMeta(title="T"), **more)
    assert await runtime.ledger.announce(event, None)
    return event


def test_each_service_with_durables_has_a_reaper_of_its_own() -> None:
    assert {reaper.service for reaper in REAPERS} == {
        consumer.service for consumer in topology.CONSUMERS
    }
    subjects = [subject for reaper in REAPERS for subject in reaper.subjects]
    assert len(subjects) == len(set(subjects)) == 2 * len(topology.CONSUMERS)


async def test_used_up_deliveries_end_in_row_and_letter(nats: Nats) -> None:
    async with reaping(nats) as runtime:
        await announce(runtime)
        await use_up(runtime, topology.PAPERS, DURABLE)
        (one,) = await letters(runtime, 1)
        assert (one.service, one.reason, one.attempts) == ("fetcher", "max_deliveries", 2)
        assert (one.paper, one.message, one.replayable) == ("a", 2, True)
        entry = await runtime.ledger.read("a", "fetcher")
        assert entry is not None
        assert (entry.row.state, entry.row.reason) == ("dead", "max_deliveries")
        assert entry.seq == one.seq - 1


@pytest.mark.parametrize(
    ("payload", "words"),
    [(b"+TERM", "after 1 deliveries"), (b"+TERM by hand", "after 1 deliveries: by hand")],
)
async def test_what_was_terminated_by_hand_is_buried(
    nats: Nats, payload: bytes, words: str
) -> None:
    async with reaping(nats) as runtime:
        await announce(runtime)
        await terminated(runtime, payload)
        (one,) = await letters(runtime, 1)
        assert one.reason == "terminated"
        assert one.error.endswith(words)


async def test_our_own_burial_is_no_second_letter(nats: Nats) -> None:
    async with reaping(nats) as runtime:
        await announce(runtime)
        await terminated(runtime, b"+TERM buried")
        await heard(runtime, 1)
        assert await letters(runtime, 0) == []


async def test_work_that_ended_needs_no_letter(nats: Nats) -> None:
    """A worker was slow, the row was written, and only its acknowledgement was lost."""
    async with reaping(nats) as runtime:
        await announce(runtime)
        entry = await runtime.ledger.read("a", "fetcher")
        assert entry is not None
        done = msgspec.structs.replace(entry.row, state="done")
        assert await runtime.ledger.commit(done, entry)
        await use_up(runtime, topology.PAPERS, DURABLE)
        await heard(runtime, 1)
        assert await letters(runtime, 0) == []


async def test_a_request_is_buried_and_leaves_its_queue(nats: Nats) -> None:
    async with reaping(nats) as runtime:
        await runtime.bus.request(FetchRequested(feed="ai"))
        await use_up(runtime, topology.REQUESTS, "fetcher-fetch-requested")
        (one,) = await letters(runtime, 1)
        assert (one.subject, one.stream, one.feeds) == ("fetch.requested", "REQUESTS", ("ai",))
        await heard(runtime, 1)
        assert (await runtime.js.stream_info(topology.REQUESTS)).state.messages == 0


async def test_a_body_of_nobody_is_buried_alone(nats: Nats) -> None:
    async with reaping(nats) as runtime:
        await runtime.js.publish("paper.announced", b"\xff")
        await use_up(runtime, topology.PAPERS, DURABLE)
        (one,) = await letters(runtime, 1)
        assert (one.reason, one.replayable, one.size_bytes) == ("max_deliveries", False, 1)


async def test_a_message_that_is_gone_is_said_so(nats: Nats) -> None:
    async with reaping(nats) as runtime:
        own = reaper_of("fetcher")
        assert own is not None
        undertaker = Undertaker(own, runtime.ledger, runtime.js)
        advisory = Advisory(stream="PAPERS", consumer=DURABLE, stream_seq=77, deliveries=20)
        assert await undertaker.reap(advisory)
        assert await undertaker.reap(advisory), "the same letter once more is the same letter"
        (one,) = await letters(runtime, 1)
        assert "gone from the stream" in one.error
        assert not one.replayable
        foreign = msgspec.structs.replace(advisory, consumer="indexer-paper-fetched")
        assert not await undertaker.reap(foreign)


async def test_what_is_no_advisory_does_not_stop_the_reaper(nats: Nats) -> None:
    async with reaping(nats) as runtime:
        subject = f"$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.PAPERS.{DURABLE}"
        await runtime.js.publish(subject, b"{")
        await heard(runtime, 1)
        await announce(runtime)
        await terminated(runtime, b"+TERM x")
        assert len(await letters(runtime, 1)) == 1
