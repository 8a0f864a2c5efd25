"""Things lent to whoever uses them, closed once they were replaced and nobody uses them more."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

T = TypeVar("T")


class Lent(Generic[T]):
    """One thing and its users; no call in hand loses it."""

    def __init__(self, thing: T, close: Callable[[], Awaitable[None]]) -> None:
        self._thing = thing
        self._close = close
        self._users = 0
        self._retired = False

    @asynccontextmanager
    async def use(self) -> AsyncIterator[T]:
        """The thing, for as long as the block lasts."""
        self._users += 1
        try:
            yield self._thing
        finally:
            self._users -= 1
            await self._close_when_idle()

    async def retire(self) -> None:
        """Close it now, or when its last user is done."""
        if not self._retired:
            self._retired = True
            await self._close_when_idle()

    async def _close_when_idle(self) -> None:
        if self._retired and self._users == 0:
            await self._close()
