"""The index that the aliases name, also after they were switched to another model."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import structlog

from common.errors import ServiceError
from common.lent import Lent
from common.vectors.translated import NoCollection
from gateway.index import QdrantIndex
from gateway.indexport import HYBRID, Looked, Sought
from gateway.ports import ALL_PAPERS, Card, Filters, Found, Recommended, Scored
from gateway.shelf.wish import Wish

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

    async def rank(self, sought: Sought, *, limit: int) -> Looked:
        """The order of a search and the first papers of it."""
        return await self._ask(lambda index: index.rank(sought, limit=limit))

    async def at(self, points: Sequence[str]) -> dict[str, Card]:
        """The cards of those points that are there."""
        return await self._ask(lambda index: index.at(points))

    async def search(
        self, text: str, wanted: Filters, *, mode: str = HYBRID, limit: int
    ) -> list[Scored]:
        """The best papers."""
        return await self._ask(lambda index: index.search(text, wanted, mode=mode, limit=limit))

    async def named(self, doi: str) -> Card | None:
        """The paper whose record names a DOI, or None."""
        return await self._ask(lambda index: index.named(doi))

    async def by_dois(self, dois: Sequence[str]) -> dict[str, Card]:
        """The papers whose records name those DOIs, by DOI as asked."""
        return await self._ask(lambda index: index.by_dois(dois))

    async def get(self, paper: str) -> Card | None:
        """The card of one paper, or None."""
        return await self._ask(lambda index: index.get(paper))

    async def these(self, papers: Sequence[str]) -> list[Card]:
        """Those that are there, in the order asked."""
        return await self._ask(lambda index: index.these(papers))

    async def similar(
        self, paper: str, wanted: Filters = ALL_PAPERS, *, limit: int
    ) -> list[Scored]:
        """The nearest other papers in meaning."""
        return await self._ask(lambda index: index.similar(paper, wanted, limit=limit))

    async def recommend(self, wish: Wish, wanted: Filters, *, limit: int) -> list[Recommended]:
        """Papers that fit a wish, with the reason."""
        return await self._ask(lambda index: index.recommend(wish, wanted, limit=limit))

    async def passages(self, text: str, *, paper: str, limit: int) -> list[Found]:
        """The passages of one paper that answer best."""
        return await self._ask(lambda index: index.passages(text, paper=paper, limit=limit))

    async def all_passages(
        self, text: str, wanted: Filters = ALL_PAPERS, *, limit: int
    ) -> list[Found]:
        """The passages of all papers that answer best."""
        return await self._ask(lambda index: index.all_passages(text, wanted, limit=limit))

    async def near_texts(self, texts: Sequence[str], words: str, *, limit: int) -> list[Scored]:
        """Papers near what the texts mean together, and near the words."""
        return await self._ask(lambda index: index.near_texts(texts, words, limit=limit))

    async def count(self, wanted: Filters) -> int:
        """How many papers there are."""
        return await self._ask(lambda index: index.count(wanted))

    async def facet(self, field: str, wanted: Filters, *, limit: int) -> list[tuple[str, int]]:
        """The most frequent values of a field."""
        return await self._ask(lambda index: index.facet(field, wanted, limit=limit))

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
