"""The index that the aliases name, also after they were switched to another model."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from common.errors import ServiceError
from common.lent import Lent
from common.vectors.translated import NoCollection
from gateway.index import QdrantIndex
from gateway.ports import Card, Filters, Found, Scored

LOOK_EVERY_S = 2.0

log = structlog.get_logger("paperbus")
T = TypeVar("T")


class FollowingIndex:
    """Meets ``ports.Index``.

    A query goes to the collection of the model that made its vector, so no two models ever meet:
    until another model is loaded, the old one answers from the old collection.
    """

    def __init__(
        self,
        first: Lent[QdrantIndex],
        collection: str,
        served: Callable[[], Awaitable[str]],
        load: Callable[[str], Awaitable[Lent[QdrantIndex] | None]],
    ) -> None:
        self._lent = first
        self.collection = collection
        """The collection that is asked."""
        self._served = served
        self._load = load
        self._looking = asyncio.Lock()

    async def follow(self) -> None:
        """Look at the aliases for ever."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.look()
            except ServiceError as error:
                log.warning("cannot follow the index", error=str(error))

    async def look(self) -> None:
        """Go over to the collection that is served now; raises ServiceError."""
        async with self._looking:
            collection = await self._served()
            if collection in ("", self.collection):
                return
            found = await self._load(collection)
            if found is None:
                log.error("the index is in a model that is not on record", collection=collection)
                return
            before, self._lent = self._lent, found
            self.collection = collection
            log.info("the index has another model now", collection=collection)
            await before.retire()

    async def close(self) -> None:
        """Give everything back."""
        await self._lent.retire()

    async def newest(
        self, wanted: Filters, *, limit: int, after: str = ""
    ) -> tuple[list[Card], str]:
        """Papers by announcement day, newest first."""
        return await self._ask(lambda index: index.newest(wanted, limit=limit, after=after))

    async def search(
        self, text: str, wanted: Filters, *, mode: str, limit: int, offset: int = 0
    ) -> list[Scored]:
        """One request to Qdrant, whatever the mode."""
        return await self._ask(
            lambda index: index.search(text, wanted, mode=mode, limit=limit, offset=offset)
        )

    async def get(self, paper: str) -> Card | None:
        """The card of one paper, or None."""
        return await self._ask(lambda index: index.get(paper))

    async def similar(self, paper: str, *, limit: int) -> list[Scored]:
        """The nearest other papers in meaning."""
        return await self._ask(lambda index: index.similar(paper, limit=limit))

    async def passages(self, text: str, *, paper: str, limit: int) -> list[Found]:
        """The passages of one paper that answer best."""
        return await self._ask(lambda index: index.passages(text, paper=paper, limit=limit))

    async def count(self, wanted: Filters) -> int:
        """How many papers there are."""
        return await self._ask(lambda index: index.count(wanted))

    async def categories(self, *, limit: int) -> list[tuple[str, int]]:
        """The most frequent categories."""
        return await self._ask(lambda index: index.categories(limit=limit))

    async def _ask(self, work: Callable[[QdrantIndex], Awaitable[T]]) -> T:
        """The answer of the index in use, or of its successor when it was dropped meanwhile."""
        lent = self._lent
        try:
            async with lent.use() as index:
                return await work(index)
        except NoCollection:
            await self.look()
            if self._lent is lent:
                raise
        async with self._lent.use() as index:
            return await work(index)
