"""Many letters, a few at a time."""

import asyncio

from common.letters.bulk import AT_ONCE, each
from common.letters.replaying import Outcome


async def test_each_once_in_order_and_not_all_at_once() -> None:
    running = most = 0

    async def act(seq: int) -> Outcome:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return Outcome(letter=seq, outcome="replayed")

    ends = await each(act, [*range(50, 0, -1), 7, 7])
    assert [end.letter for end in ends] == list(range(50, 0, -1))
    assert most == AT_ONCE
