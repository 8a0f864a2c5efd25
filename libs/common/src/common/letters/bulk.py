"""The same for many dead letters, a few at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from common.letters.replaying import Outcome

AT_ONCE = 8


async def each(act: Callable[[int], Awaitable[Outcome]], letters: Iterable[int]) -> list[Outcome]:
    """Replay or drop all of them, each once; what became of each, in their order."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(seq: int) -> Outcome:
        async with limit:
            return await act(seq)

    return list(await asyncio.gather(*(one(seq) for seq in dict.fromkeys(letters))))
