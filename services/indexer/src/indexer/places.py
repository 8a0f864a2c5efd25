"""Where papers are written to: the index that answers, and one that is filled beside it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import structlog

from common.errors import ServiceError
from common.lent import Lent
from common.vectors.placing import Place
from common.vectors.spaces import Space, Spaces

AGAIN_AFTER_S = 10.0

log = structlog.get_logger("paperbus")


class Places:
    """Follows the record of spaces; it is read anew for every use, so none is ever missed."""

    def __init__(
        self,
        read: Callable[[], Awaitable[Spaces]],
        load: Callable[[Space], Awaitable[Lent[Place]]],
        loaded: dict[Space, Lent[Place]],
    ) -> None:
        self._read = read
        self._load = load
        self._loaded = loaded
        self._not_before: dict[Space, float] = {}
        self._loading = asyncio.Lock()

    @asynccontextmanager
    async def use(self) -> AsyncIterator[list[Place]]:
        """Every place to write to, the one that answers first.

        One beside it that cannot be loaded is left out; whoever fills it finds what is missing.
        Raises ServiceError when the first cannot be loaded.
        """
        spaces = await self._read()
        async with AsyncExitStack() as stack:
            async with self._loading:
                lent = [await self._first(spaces.serving), *await self._beside(spaces.also)]
                places = [await stack.enter_async_context(one.use()) for one in lent]
                await self._forget(spaces)
            yield places

    async def close(self) -> None:
        """Give everything back."""
        for lent in self._loaded.values():
            await lent.retire()
        self._loaded.clear()

    async def _first(self, space: Space) -> Lent[Place]:
        if space not in self._loaded:
            self._loaded[space] = await self._load(space)
        return self._loaded[space]

    async def _beside(self, space: Space | None) -> list[Lent[Place]]:
        if space is None or time.monotonic() < self._not_before.get(space, 0.0):
            return []
        try:
            return [await self._first(space)]
        except ServiceError as error:
            log.warning("no second index", model=space.model, error=str(error))
            self._not_before[space] = time.monotonic() + AGAIN_AFTER_S
            return []

    async def _forget(self, spaces: Spaces) -> None:
        for space in set(self._loaded) - set(spaces.all):
            await self._loaded.pop(space).retire()
