"""Watches are read seldom, but never too late for a paper."""

import asyncio
from collections.abc import Callable
from typing import Any

from common.watches import Watch

Make = Callable[..., Watch]


async def test_a_watch_made_before_the_paper_is_always_there(world: Any, make_watch: Make) -> None:
    assert await world.watchlist.at("2026-11-21T07:00:00Z") == ()
    world.clock.forward(1)
    await world.add(make_watch())
    world.clock.forward(1)

    assert len(await world.watchlist.at("2026-11-21T08:00:01.5Z")) == 1


async def test_a_backlog_does_not_read_for_every_paper(world: Any, make_watch: Make) -> None:
    await world.add(make_watch())
    for _ in range(50):
        world.clock.forward(0.01)
        await world.watchlist.at("2026-11-21T07:00:00Z")

    assert world.watches.reads == 1
    world.clock.forward(6)
    await world.watchlist.at("2026-11-21T07:00:00Z")
    assert world.watches.reads == 2


async def test_papers_that_come_while_watches_are_read_see_them_too(
    world: Any, make_watch: Make
) -> None:
    await world.add(make_watch())
    items = world.watches.items

    async def slow(prefix: str = "") -> Any:
        await asyncio.sleep(0)
        return await items(prefix)

    world.watches.items = slow
    seen = await asyncio.gather(*(world.watchlist.at("2026-11-21T07:00:00Z") for _ in range(4)))

    assert [len(watches) for watches in seen] == [1, 1, 1, 1]
