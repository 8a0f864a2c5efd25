"""What waits is gone on with, and a slow receiver holds up no other."""

import asyncio
from collections.abc import Callable
from typing import Any

from common.errors import Unavailable
from common.events import SummaryReady
from common.watches import Match, Watch
from notifier.sweep import again_and_again
from notifier.telling import Outcome

Make = Callable[..., Watch]
FOUND = Match(fits=True, score=1.0)


async def test_a_sweep_sends_what_is_due(
    world: Any, make_watch: Make, summary: SummaryReady
) -> None:
    watch = await world.add(make_watch())
    world.channel.outcomes = [Outcome("retry", 0, "no answer", down=watch.id)]
    await world.teller.tell(watch, summary, FOUND)
    sweep = world.sweep(world.channel)

    assert await sweep.once() == 1
    assert world.bus.notices == []
    world.clock.forward(31)
    await sweep.once()

    assert len(world.bus.notices) == 1
    assert await sweep.once() == 0


async def test_the_task_survives_a_failing_bus_and_ends_when_told(world: Any) -> None:
    stopping = asyncio.Event()
    calls = 0

    async def failing(prefix: str = "") -> list[str]:
        nonlocal calls
        calls += 1
        if calls == 3:
            stopping.set()
        raise Unavailable("nats", "gone")

    world.kv.keys = failing
    sweep = world.sweep(world.channel)

    await asyncio.wait_for(again_and_again(sweep.once, stopping, every_s=0.001)(), 60)

    assert calls == 3
