"""What a stop does to a life that has not started yet."""

import asyncio

import pytest

from common.stopping import CANCELS, Stop

GRACE_S = 86_400.0
"""After it the process is ended, which is the one that runs the tests."""


async def _stopped(losing: int) -> int:
    """How often a life was cancelled that loses the first ``losing`` cancels."""
    seen = 0

    async def life() -> None:
        nonlocal seen
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                seen += 1
                if seen > losing:
                    raise

    stop = Stop(GRACE_S)
    task = asyncio.create_task(life())
    await asyncio.sleep(0)
    stop.ask()
    await stop.until_done(task)
    assert task.done()
    return seen


@pytest.mark.parametrize("losing", [0, 1, CANCELS - 1])
async def test_a_life_that_loses_a_cancel_is_cancelled_again(losing: int) -> None:
    assert await _stopped(losing) == losing + 1


async def test_a_started_life_ends_by_itself() -> None:
    stop = Stop(GRACE_S)

    async def life() -> None:
        stop.started()
        await stop.asked.wait()

    task = asyncio.create_task(life())
    await asyncio.sleep(0)
    stop.ask()
    await stop.until_done(task)
    assert task.exception() is None
