import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from common.bus import Fact
from common.events import PaperEmbedded, PaperMeta
from fakes_gateway import REF, World
from gateway import hub as hub_module
from gateway.failures import TooMany
from gateway.frames import Frame
from gateway.hub import QUEUE, Client, Hub


def embedded(n: int) -> PaperEmbedded:
    meta = PaperMeta(title=f"Paper {n}")
    return PaperEmbedded(
        paper=f"arxiv:2401.{n:05d}", version=1, meta=meta, text=REF, model="m", passages=1
    )


def frame(seq: int) -> Frame:
    return Frame(seq, b"%d" % seq)


def seqs(frames: list[Frame]) -> list[int]:
    return [one.seq for one in frames]


async def until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not reached():  # noqa: ASYNC110 - the hub has no event for it
            await asyncio.sleep(0)


@asynccontextmanager
async def running(world: World, **more: int) -> AsyncIterator[Hub]:
    hub = Hub(world.bus, **more)
    task = asyncio.create_task(hub.run())
    await asyncio.wait_for(hub.started.wait(), 60)
    try:
        yield hub
    finally:
        hub.close()
        await asyncio.wait_for(task, 60)


async def test_one_reader_serves_all_clients() -> None:
    world = World()
    async with running(world) as hub:
        clients = [hub.join(0)[0] for _ in range(50)]
        told = [world.bus.state(embedded(n), skip=3) for n in range(4)]
        await world.bus.wake()
        await until(lambda: hub.position == told[-1])
        assert world.bus.readers == 1
        taken = [client.take() for client in clients]
        assert all(seqs(one) == told for one in taken)
        bodies = {id(one[0].body) for one in taken}
        assert len(bodies) == 1, "a fact is encoded once for all"
    assert world.bus.readers == 0


async def test_who_joins_late_gets_what_was_missed_and_then_the_rest() -> None:
    hub = Hub(World().bus)
    for seq in (2, 5, 9):
        hub.publish(frame(seq))
    client, missed = hub.join(2)
    assert seqs(missed) == [5, 9]
    assert client.take() == []
    hub.publish(frame(12))
    assert seqs(client.take()) == [12]
    assert client.take() == []


def test_the_ring_forgets_the_oldest_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "RING", 3)
    hub = Hub(World().bus)
    assert hub.covers(0)
    for seq in (2, 4, 6, 8, 10):
        hub.publish(frame(seq))
    assert [after for after in range(11) if hub.covers(after)] == [4, 5, 6, 7, 8, 9, 10]
    assert seqs(hub.join(4)[1]) == [6, 8, 10]


def test_a_slow_client_is_given_up_and_the_others_are_not() -> None:
    hub = Hub(World().bus)
    slow, fast = hub.join(0)[0], hub.join(0)[0]
    for seq in range(1, QUEUE + 1):
        hub.publish(frame(seq))
    assert not slow.lost
    assert len(fast.take()) == QUEUE
    hub.publish(frame(QUEUE + 1))
    assert (slow.lost, len(slow.queue)) == (True, 0)
    assert slow.wake.is_set()
    assert not fast.lost
    assert seqs(fast.take()) == [QUEUE + 1]


def test_a_lost_client_stays_lost_and_small() -> None:
    client = Client()
    for seq in range(5 * QUEUE):
        client.offer(frame(seq))
    assert client.lost
    assert len(client.queue) <= QUEUE


def test_who_left_is_told_nothing_more() -> None:
    hub = Hub(World().bus)
    client, _ = hub.join(0)
    assert hub.clients == 1
    hub.leave(client)
    hub.leave(client)
    hub.publish(frame(1))
    assert (hub.clients, client.take()) == (0, [])


def test_there_is_room_for_so_many() -> None:
    hub = Hub(World().bus, max_clients=2)
    first, _ = hub.join(0)
    hub.check_room()
    hub.join(0)
    with pytest.raises(TooMany, match="2 live streams are open") as told:
        hub.check_room()
    assert told.value.retry_s > 0
    hub.leave(first)
    hub.check_room()


async def test_at_the_start_it_reads_back_as_far_as_the_ring_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hub_module, "RING", 10)
    world = World()
    told = [world.bus.state(embedded(n), skip=4) for n in range(6)]
    async with running(world) as hub:
        await until(lambda: hub.position == told[-1])
        assert seqs(hub.join(0)[1]) == [seq for seq in told if seq > told[-1] - 10]
        assert not hub.covers(told[-1] - 11)
        assert hub.covers(told[-1] - 10)


@pytest.mark.parametrize(
    ("given", "first", "start", "word"),
    [
        (None, 1, 20, ""),
        (20, 1, 20, ""),
        (7, 1, 7, ""),
        (0, 1, 0, ""),
        (21, 1, 20, "newer"),
        (8, 10, 20, "older"),
        (9, 10, 9, ""),
    ],
)
async def test_where_a_stream_begins(
    given: int | None, first: int, start: int, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "RING", 5)
    world = World()
    world.bus.state(embedded(1), skip=20)
    world.bus.first = first
    async with running(world) as hub:
        at, refusal = await hub.start_of(given)
    assert at == start
    assert word in refusal
    assert bool(refusal) is bool(word)


async def test_a_cursor_just_ahead_of_the_reader_is_looked_up_in_the_log() -> None:
    world = World()
    async with running(world) as hub:
        seq = world.bus.state(embedded(1), skip=4)
        assert hub.position < seq, "nobody has woken the reader"
        assert await hub.start_of(seq) == (seq, "")


async def test_what_is_behind_comes_from_the_log_and_its_reader_is_closed() -> None:
    world = World()
    told = [world.bus.state(embedded(n), skip=2) for n in range(5)]
    hub = Hub(world.bus)
    behind = hub.behind(told[1])
    assert [(await anext(behind)).seq for _ in range(3)] == told[2:]
    assert world.bus.readers == 1
    await behind.aclose()
    assert world.bus.readers == 0


@pytest.mark.parametrize("body", [b"", b"\xff[", b'{"paper":"\xff"}', b"[" * 5000, b"[]"])
async def test_a_letter_nobody_can_read_does_not_stop_it(body: bytes) -> None:
    world = World()
    async with running(world) as hub:
        client, _ = hub.join(0)
        world.bus.last = 1
        world.bus.facts.append(Fact(1, "dead.paper.fetched", "2026-07-14T08:00:00Z", body))
        seq = world.bus.state(embedded(1))
        await world.bus.wake()
        await until(lambda: hub.position == seq)
        assert seqs(client.take()) == [1, seq]


async def test_it_waits_for_a_bus_that_does_not_answer_yet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hub_module, "PATIENCE_S", 0.001)
    world = World()
    seq = world.bus.state(embedded(1))
    world.bus.down = True
    hub = Hub(world.bus)
    task = asyncio.create_task(hub.run())
    early = asyncio.create_task(hub.start_of(None))
    for _ in range(5):
        await asyncio.sleep(0)
    assert [hub.started.is_set(), task.done(), early.done()] == [False] * 3
    world.bus.down = False
    assert await asyncio.wait_for(early, 60) == (seq, "")
    hub.close()
    await asyncio.wait_for(task, 60)


async def test_it_ends_when_it_is_closed_while_the_bus_is_down(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hub_module, "PATIENCE_S", 60.0)
    world = World()
    world.bus.down = True
    hub = Hub(world.bus)
    task = asyncio.create_task(hub.run())
    await asyncio.sleep(0)
    hub.close()
    await asyncio.wait_for(task, 60)
    assert not hub.started.is_set()


async def test_closing_wakes_everyone() -> None:
    async with running(World()) as hub:
        clients = [hub.join(0)[0] for _ in range(3)]
        assert not any(client.wake.is_set() for client in clients)
        hub.close()
        assert all(client.wake.is_set() for client in clients)


async def test_a_reader_that_fails_is_heard_of(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()

    async def broken(*given: object, **more: object) -> AsyncIterator[Fact]:
        for one in (Fact(1, "paper.announced", "", b"{}"), None):
            if one is None:
                raise ZeroDivisionError
            yield one

    monkeypatch.setattr(world.bus, "read", broken)
    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(Hub(world.bus).run(), 60)
