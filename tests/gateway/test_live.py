import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing

from hypothesis import example, given, settings
from hypothesis import strategies as st

from common.events import PaperEmbedded, PaperMeta
from fakes_gateway import REF, World
from gateway import hub as hub_module
from gateway import live
from gateway.hub import QUEUE, Hub
from gateway.live import Pace

FAST = Pace(max_age_s=20.0, ping_s=0.05)
ID = re.compile(rb"^id: (\d+)$", re.MULTILINE)
EVENT = re.compile(rb"^event: (\S+)$", re.MULTILINE)


def embedded(n: int) -> PaperEmbedded:
    meta = PaperMeta(title=f"Paper {n}\nwith a second line", categories=("cs.LG",))
    return PaperEmbedded(
        paper=f"arxiv:2401.{n:05d}", version=1, meta=meta, text=REF, model="m", passages=1
    )


async def ids_of(chunks: AsyncGenerator[bytes, None], upto: int) -> list[int]:
    """The ids of the facts that come, until ``upto`` is among them."""
    found: list[int] = []
    async with asyncio.timeout(60), aclosing(chunks):
        async for chunk in chunks:
            for block in chunk.split(b"\n\n"):
                if EVENT.search(block):
                    found += [int(one) for one in ID.findall(block)]
            if upto in found:
                return found
    return found


async def started(world: World) -> tuple[Hub, asyncio.Task[None]]:
    hub = Hub(world.bus)
    task = asyncio.create_task(hub.run())
    await hub.started.wait()
    return hub, task


async def ended(hub: Hub, task: asyncio.Task[None]) -> None:
    hub.close()
    await asyncio.wait_for(task, 60)


async def _resume(skips: list[int], cut: int, later: int, ring: int) -> None:
    world, was = World(), hub_module.RING
    hub_module.RING = ring
    try:
        seqs = [world.bus.state(embedded(n), skip=skip) for n, skip in enumerate(skips)]
        hub, task = await started(world)
        after = min(cut, seqs[-1])
        reading = asyncio.create_task(ids_of(live.stream(hub, after, FAST), seqs[-1] + 2 * later))
        await asyncio.sleep(0)
        for n in range(later):
            seqs.append(world.bus.state(embedded(100 + n), skip=2))
            await world.bus.wake()
            await asyncio.sleep(0)
        if seqs[-1] > after:
            assert await reading == [seq for seq in seqs if seq > after]
        reading.cancel()
        await ended(hub, task)
    finally:
        hub_module.RING = was


@example(skips=[1, 3], cut=0, later=3, ring=3)
@settings(max_examples=120, deadline=None)
@given(
    skips=st.lists(st.integers(1, 4), min_size=1, max_size=25),
    cut=st.integers(0, 110),
    later=st.integers(0, 8),
    ring=st.sampled_from([1, 3, 10, 2000]),
)
def test_any_last_event_id_gives_no_gap_and_no_repeat(
    skips: list[int], cut: int, later: int, ring: int
) -> None:
    asyncio.run(_resume(skips, cut, later, ring))


async def test_a_restarted_gateway_goes_on_where_the_old_one_was() -> None:
    world = World()
    first, task = await started(world)
    seqs = [world.bus.state(embedded(n), skip=3) for n in range(6)]
    await world.bus.wake()
    seen = await ids_of(live.stream(first, 0, FAST), seqs[3])
    await ended(first, task)
    seqs.append(world.bus.state(embedded(9), skip=3))
    second, task = await started(world)
    seen += await ids_of(live.stream(second, seen[-1], FAST), seqs[-1])
    assert seen == seqs
    await ended(second, task)


async def test_a_new_client_begins_now_and_is_told_from_where() -> None:
    world = World()
    world.bus.state(embedded(1))
    hub, task = await started(world)
    stream = live.stream(hub, None, FAST)
    assert await anext(stream) == b"retry: 3000\nid: 1\n\n"
    seq = world.bus.state(embedded(2), skip=5)
    await world.bus.wake()
    assert await ids_of(stream, seq) == [seq]
    await ended(hub, task)


async def test_a_cursor_outside_the_log_is_reset_to_now() -> None:
    world = World()
    for n in range(3):
        world.bus.state(embedded(n))
    world.bus.first = 3
    hub_module_floor = Hub(world.bus)
    hub_module_floor.head = hub_module_floor.position = 3
    hub_module_floor._floor = 3
    hub_module_floor.started.set()
    for cursor, word in ((1, b"older"), (99, b"newer")):
        (body,) = [chunk async for chunk in live.stream(hub_module_floor, cursor, FAST)]
        assert b"event: reset" in body
        assert word in body
        assert b"id: 3\n" in body


async def test_a_slow_client_is_reset_and_loses_nothing_when_it_comes_back() -> None:
    world = World()
    hub, task = await started(world)
    stream = live.stream(hub, 0, Pace())
    await anext(stream)
    waiting = asyncio.create_task(anext(stream))
    await asyncio.sleep(0)
    first = world.bus.state(embedded(0))
    await world.bus.wake()
    got = await waiting
    for n in range(QUEUE + 1):
        world.bus.state(embedded(n))
    await world.bus.wake()
    async with asyncio.timeout(60):
        while hub.position < world.bus.last:  # noqa: ASYNC110 - the hub has no event for it
            await asyncio.sleep(0)
    rest = [chunk async for chunk in stream]
    assert ID.findall(got) == [b"%d" % first]
    assert b"event: reset" in rest[-1]
    assert b"id:" not in rest[-1]
    again = await ids_of(live.stream(hub, first, FAST), world.bus.last)
    assert again == list(range(first + 1, world.bus.last + 1))
    await ended(hub, task)


async def test_silence_is_broken_by_pings_and_age_ends_it() -> None:
    world = World()
    hub, task = await started(world)
    async with asyncio.timeout(60), aclosing(live.stream(hub, None, FAST)) as stream:
        await anext(stream)
        assert await anext(stream) == b": ping\n\n"
    async with asyncio.timeout(60):
        assert [chunk async for chunk in live.stream(hub, None, Pace(0.2, 0.05))]
    assert hub.clients == 0
    await ended(hub, task)


async def test_closing_ends_all_streams_also_those_behind() -> None:
    world = World()
    world.bus.state(embedded(1), skip=5000)
    world.bus.last += 5000
    hub, task = await started(world)
    streams = [live.stream(hub, None, Pace(60, 60)), live.stream(hub, 5000, Pace(60, 60))]
    for stream in streams:
        await anext(stream)
    waiting = [asyncio.create_task(anext(stream, b"end")) for stream in streams]
    await asyncio.sleep(0.01)
    hub.close()
    assert await asyncio.wait_for(asyncio.gather(*waiting), 60) is not None
    await ended(hub, task)
    assert world.bus.readers <= 1


async def test_titles_never_break_the_frames() -> None:
    world = World()
    seq = world.bus.state(embedded(7))
    hub, task = await started(world)
    async with aclosing(live.stream(hub, 0, Pace())) as stream:
        await anext(stream)
        body = await anext(stream)
    assert body.count(b"\n\n") == 1
    assert b"id: %d\n" % seq in body
    await ended(hub, task)
