"""Requests and schedules out, facts in, on a real nats-server."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from buses import connected, settings_of
from common import topology
from common.batch import Draft, publish_one
from common.bus import Bus, Fact
from common.errors import Terminal, Unavailable
from common.events import FetchRequested, NotificationSent
from common.runtime import Runtime, connect
from servers import Nats
from unheard import port_of, unheard

pytestmark = pytest.mark.connected

SUBJECTS = topology.STREAMS[0].subjects
EVEN, ODD = "paper.announced", "paper.fetched"


async def write(runtime: Runtime, first: int, count: int) -> None:
    """Messages whose body is their number, on two subjects in turn; tried until confirmed."""
    for number in range(first, first + count):
        draft = Draft(
            subject=ODD if number % 2 else EVEN, body=b"%d" % number, message_id=f"m{number}"
        )
        async with asyncio.timeout(60):
            while True:
                with suppress(Unavailable):
                    await publish_one(runtime.js, topology.PAPERS, draft)
                    break


async def read(
    bus: Bus, count: int, *, after: int = 0, subjects: tuple[str, ...] = SUBJECTS
) -> list[Fact]:
    found: list[Fact] = []
    async with asyncio.timeout(100):
        async for fact in bus.read(subjects, after=after):
            found.append(fact)
            if len(found) == count:
                return found
    raise AssertionError("a reader never ends")


def numbers(facts: list[Fact]) -> list[int]:
    return [int(fact.body) for fact in facts]


async def test_a_reader_begins_anywhere(nats: Nats) -> None:
    async with connected(nats) as runtime:
        await write(runtime, 0, 30)
        assert (await runtime.bus.first_seq(), await runtime.bus.last_seq()) == (1, 30)
        for after in (0, 1, 17, 29):
            facts = await read(runtime.bus, 30 - after, after=after)
            assert [fact.seq for fact in facts] == list(range(after + 1, 31))
            assert numbers(facts) == list(range(after, 30))


async def test_a_reader_beyond_the_end_waits_for_what_comes(nats: Nats) -> None:
    async with connected(nats) as runtime:
        reading = asyncio.create_task(read(runtime.bus, 3, after=2))
        await write(runtime, 0, 5)
        assert numbers(await reading) == [2, 3, 4]


async def test_a_reader_of_one_subject_sees_no_other(nats: Nats) -> None:
    async with connected(nats) as runtime:
        await write(runtime, 0, 20)
        facts = await read(runtime.bus, 5, subjects=(ODD,), after=10)
        assert numbers(facts) == [11, 13, 15, 17, 19]
        assert {fact.subject for fact in facts} == {ODD}


async def test_facts_carry_their_time(nats: Nats) -> None:
    async with connected(nats) as runtime:
        await write(runtime, 0, 1)
        (fact,) = await read(runtime.bus, 1)
        assert fact.at.startswith("20")
        assert fact.at.endswith("Z")
        assert await runtime.bus.get(fact.seq) is not None
        assert await runtime.bus.get(99) is None


async def test_no_gap_while_messages_arrive(nats: Nats) -> None:
    async with connected(nats) as runtime:
        await write(runtime, 0, 300)
        readers = [asyncio.create_task(read(runtime.bus, 600 - a, after=a)) for a in (0, 250, 450)]
        await write(runtime, 300, 300)
        for after, reader in zip((0, 250, 450), readers, strict=True):
            assert numbers(await reader) == list(range(after, 600))


async def test_no_gap_over_a_killed_server(nats: Nats) -> None:
    async with connected(nats) as runtime:
        await write(runtime, 0, 50)
        reading = asyncio.create_task(read(runtime.bus, 250))
        writing = asyncio.create_task(write(runtime, 50, 200))
        for _ in range(2):
            await asyncio.sleep(0.3)
            nats.kill()
            nats.start()
        await writing
        assert numbers(await reading) == list(range(250))


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(start=st.integers(0, 60), written_before=st.integers(0, 60))
def test_no_gap_from_any_start(nats: Nats, start: int, written_before: int) -> None:
    async def work() -> None:
        async with connected(nats) as runtime:
            base = await runtime.bus.last_seq()
            await write(runtime, base, written_before)
            reading = asyncio.create_task(read(runtime.bus, 61 - start, after=base + start))
            await write(runtime, base + written_before, 61 - written_before)
            assert numbers(await reading) == list(range(base + start, base + 61))

    asyncio.run(work())


class Wire:
    """A wire to the server that can be made deaf (what the server says is lost) and cut."""

    def __init__(self, port: int) -> None:
        self.port = 0
        self.deaf = False
        self._to = port
        self._ends: list[asyncio.StreamWriter] = []

    async def __aenter__(self) -> "Wire":
        self._server = await asyncio.start_server(self._open, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self.cut()
        self._server.close()

    def cut(self) -> None:
        for end in self._ends:
            end.close()
        self._ends.clear()

    async def _open(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._to)
        self._ends += [writer, there_writer]
        await asyncio.gather(
            self._copy(reader, there_writer, lambda: False),
            self._copy(there_reader, writer, lambda: self.deaf),
        )

    async def _copy(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, lost: Callable[[], bool]
    ) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if not lost():
                    sink.write(data)


async def test_what_was_lost_on_the_wire_comes_without_waiting_for_more(nats: Nats) -> None:
    """The server takes the last message as delivered; no later one will show the gap."""
    async with connected(nats) as writer, Wire(nats.port) as wire:
        await write(writer, 0, 5)
        async with connect("test", settings_of(f"nats://127.0.0.1:{wire.port}")) as runtime:
            reader = runtime.bus.read(SUBJECTS)
            async with asyncio.timeout(90):
                assert [int((await anext(reader)).body) for _ in range(5)] == list(range(5))
                waiting = asyncio.ensure_future(anext(reader))
                await asyncio.sleep(0.2)
                wire.deaf = True
                await write(writer, 5, 1)
                wire.cut()
                wire.deaf = False
                assert int((await waiting).body) == 5


async def test_a_reader_whose_connection_was_closed_says_so(nats: Nats) -> None:
    async with connected(nats) as runtime:
        await write(runtime, 0, 1)
        reader = runtime.bus.read(SUBJECTS)
        await anext(reader)
        await runtime.nc.close()
        with pytest.raises(Unavailable, match="closed"):
            await anext(reader)


async def test_a_request_is_stored_and_stamped(nats: Nats) -> None:
    async with connected(nats) as runtime:
        assert await runtime.bus.request(FetchRequested(feed="a")) == 1
        stored = await runtime.js.get_msg(topology.REQUESTS, 1)
        found = msgspec.json.decode(stored.data or b"", type=FetchRequested)
        assert found.feed == "a"
        assert found.event_id
        assert found.at.endswith("Z")
        assert (stored.headers or {})["Nats-Msg-Id"] == found.event_id


async def test_the_same_id_again_is_the_same_request(nats: Nats) -> None:
    async with connected(nats) as runtime:
        request = FetchRequested(feed="a", event_id="chosen")
        first = await runtime.bus.request(request)
        assert await runtime.bus.request(request) == first
        assert await runtime.bus.request(FetchRequested(feed="a")) == first + 1


async def test_a_notice_goes_to_its_own_stream(nats: Nats) -> None:
    notice = NotificationSent(watch="w", paper="p", version=1, channel="mail", outcome="sent")
    async with connected(nats) as runtime:
        assert await runtime.bus.notice(notice) == 1
        assert (await runtime.js.stream_info("NOTICES")).state.messages == 1
        assert await runtime.bus.last_seq() == 0


async def fired(runtime: Runtime, feed: str) -> int:
    info = await runtime.js.stream_info(topology.REQUESTS, subjects_filter=">")
    found = 0
    for seq in range(info.state.first_seq, info.state.last_seq + 1):
        with suppress(Exception):
            message = await runtime.js.get_msg(topology.REQUESTS, seq)
            if message.subject == "fetch.requested":
                found += json.loads(message.data or b"{}")["feed"] == feed
    return found


async def fires(runtime: Runtime, feed: str, times: int) -> None:
    async with asyncio.timeout(60):
        while await fired(runtime, feed) < times:  # noqa: ASYNC110  the server fires, not we
            await asyncio.sleep(0.1)


async def test_a_schedule_fires_is_replaced_and_taken_back(nats: Nats) -> None:
    async with connected(nats) as runtime:
        bus = runtime.bus
        await bus.schedule("x", "@every 1s", FetchRequested(feed="one"), time_zone="UTC")
        await fires(runtime, "one", 2)
        await bus.schedule("x", "@every 1s", FetchRequested(feed="two"), time_zone="UTC")
        await fires(runtime, "two", 1)
        ones = await fired(runtime, "one")
        await fires(runtime, "two", 3)
        assert await fired(runtime, "one") == ones
        await bus.unschedule("x")
        await bus.schedule("y", "@every 1s", FetchRequested(feed="three"), time_zone="UTC")
        twos = await fired(runtime, "two")
        await fires(runtime, "three", 2)
        assert await fired(runtime, "two") <= twos + 1
        await bus.unschedule("never-there")


async def test_a_schedule_fires_after_a_killed_server(nats: Nats) -> None:
    async with connected(nats) as runtime:
        await runtime.bus.schedule("x", "@every 1s", FetchRequested(feed="a"), time_zone="UTC")
        await fires(runtime, "a", 1)
    nats.kill()
    nats.start()
    async with connected(nats) as runtime:
        await fires(runtime, "a", await fired(runtime, "a") + 1)


@pytest.mark.parametrize("cron", ["0 0 8,12 * * MON-FRI", "@every 6h", "@daily"])
async def test_patterns_that_feeds_use_are_taken(nats: Nats, cron: str) -> None:
    async with connected(nats) as runtime:
        request = FetchRequested(feed="a")
        await runtime.bus.schedule("x", cron, request, time_zone="America/New_York")
        await runtime.bus.schedule("x", cron, request, time_zone="America/New_York")


@pytest.mark.parametrize(
    ("cron", "zone"), [("whenever", "UTC"), ("61 * * * * *", "UTC"), ("0 0 8 * * *", "Mars/Base")]
)
async def test_a_wrong_schedule_is_refused(nats: Nats, cron: str, zone: str) -> None:
    async with connected(nats) as runtime:
        with pytest.raises((Unavailable, Terminal), match=r"(?i)schedule"):
            await runtime.bus.schedule("x", cron, FetchRequested(feed="a"), time_zone=zone)


async def test_a_full_log_refuses_and_keeps_what_it_has(nats: Nats) -> None:
    async with connected(nats) as runtime:
        await write(runtime, 0, 3)
        info = await runtime.js.stream_info(topology.PAPERS)
        info.config.max_bytes = info.state.bytes + 10
        await runtime.js.update_stream(info.config)
        draft = Draft(subject="paper.fetched", body=b"x" * 100)
        with pytest.raises(Unavailable, match="full"):
            await publish_one(runtime.js, topology.PAPERS, draft)
        assert numbers(await read(runtime.bus, 3)) == [0, 1, 2]


@pytest.mark.usefixtures("impatient")
async def test_a_server_that_is_gone_is_unavailable(nats: Nats) -> None:
    async with connected(nats) as runtime:
        nats.kill()
        with pytest.raises(Unavailable):
            await runtime.bus.request(FetchRequested(feed="a"))
        with pytest.raises(Unavailable):
            await runtime.bus.last_seq()


async def test_nothing_that_answers_is_named_without_its_password() -> None:
    with unheard() as held:
        url = f"nats://user:canary77@127.0.0.1:{port_of(held)}"
        with pytest.raises(Unavailable, match="check NATS_URL") as caught:
            async with connect("test", settings_of(url)):
                pass
    assert "canary77" not in str(caught.value)


@pytest.mark.usefixtures("impatient")
async def test_a_one_shot_connection_outlives_a_killed_server(nats: Nats) -> None:
    async with connected(nats) as runtime:
        await write(runtime, 0, 3)
        nats.kill()
        nats.start()
        await write(runtime, 3, 3)
        assert numbers(await read(runtime.bus, 6)) == list(range(6))
