"""A cancel that is lost is said again."""

import asyncio

import pytest

from common import cancelling


@pytest.mark.parametrize("losing", [0, 1, 3])
async def test_it_is_said_until_it_is_heard(monkeypatch: pytest.MonkeyPatch, losing: int) -> None:
    monkeypatch.setattr(cancelling, "AGAIN_S", 0.01)
    seen = 0

    async def work() -> None:
        nonlocal seen
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                seen += 1
                if seen > losing:
                    raise

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    await cancelling.ended(task)
    assert (task.done(), seen) == (True, losing + 1)


async def test_what_ended_before_and_how_does_not_matter() -> None:
    async def fails() -> None:
        raise ValueError

    done, failed = asyncio.ensure_future(asyncio.sleep(0)), asyncio.ensure_future(fails())
    await asyncio.wait((done, failed))
    await cancelling.ended(done, failed)
    await cancelling.ended()
