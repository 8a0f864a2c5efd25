"""No query ever meets the index of another model, whatever happens to the aliases meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import numpy as np
import pytest
from qdrant_client import AsyncQdrantClient

from common import bm25
from common.embed.embedder import unit
from common.errors import Unavailable, UsageError
from common.lent import Lent
from common.vectors import collections
from common.vectors.adapter import Vectors
from common.vectors.collections import PAPERS, collection_name
from common.vectors.points import PaperPoint
from common.vectors.translated import NoCollection
from gateway.following import FollowingIndex
from gateway.index import QdrantIndex
from gateway.ports import Filters

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
ALL = Filters()
DIM = 4
TITLES = ("alpha", "beta", "gamma", "delta")


class Turned:
    """Every model of this kind has the same length, and gives each word another direction."""

    dim = DIM

    def __init__(self, model: str, by: int) -> None:
        self.model = model
        self._by = by
        self.closed = False

    async def embed(self, texts: Sequence[str]) -> Any:
        assert not self.closed
        await asyncio.sleep(0)
        rows = np.zeros((len(texts), DIM), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[(TITLES.index(text) + self._by) % DIM] = 1.0
        return unit(rows)

    async def close(self) -> None:
        self.closed = True


class World:
    """Two models in one Qdrant, and a gateway's index that follows the aliases."""

    def __init__(self) -> None:
        self.client = AsyncQdrantClient(":memory:")
        self.embedders = {"old": Turned("old", 0), "new": Turned("new", 1)}
        self.loads = 0
        self.recorded = True
        self.index = FollowingIndex(self.lent("old"), self.name("old"), self.served, self.load)

    @staticmethod
    def name(model: str) -> str:
        return collection_name(PAPERS, model, DIM)

    async def fill(self) -> None:
        await collections.ensure(self.client, "old", DIM)
        await collections.make(self.client, "new", DIM)
        for embedder in self.embedders.values():
            vectors = Vectors(self.client, embedder.model, DIM)
            for title in TITLES:
                point = PaperPoint(paper=f"x:{title}", version=1, title=title, gen=1)
                dense = await embedder.embed([title])
                await vectors.index_paper(point, dense, bm25.document(title))

    def lent(self, model: str) -> Lent[QdrantIndex]:
        embedder = self.embedders[model]
        vectors = Vectors(self.client, model, DIM)
        return Lent(QdrantIndex(vectors, embedder), embedder.close)

    async def served(self) -> str:
        return (await collections.served(self.client)).get(PAPERS, "")

    async def load(self, collection: str) -> Lent[QdrantIndex] | None:
        self.loads += 1
        await asyncio.sleep(0.01)
        models = {self.name(model): model for model in self.embedders}
        return self.lent(models[collection]) if self.recorded else None

    async def ask(self, title: str) -> str:
        (best,) = await self.index.search(title, ALL, mode="semantic", limit=1)
        return best.card.title

    async def right(self) -> bool:
        """Whether every word finds its own paper, which it does only in its own model."""
        return [await self.ask(title) for title in TITLES] == list(TITLES)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = World()
    await made.fill()
    yield made
    await made.index.close()
    await made.client.close()


async def test_a_model_never_meets_another_ones_index(world: World) -> None:
    crossed = QdrantIndex(Vectors(world.client, "new", DIM), world.embedders["old"])
    hits = await crossed.search("alpha", ALL, mode="semantic", limit=1)
    assert hits[0].card.title != "alpha", "else this test shows nothing"
    assert await world.right()
    await collections.switch(world.client, "new", DIM)
    assert await world.right(), "the old model still asks the old index"
    await world.index.look()
    assert world.index.collection == world.name("new")
    assert await world.right()
    assert world.embedders["old"].closed
    assert not world.embedders["new"].closed


async def test_queries_go_on_while_it_switches(world: World) -> None:
    asked = 0

    async def reader() -> None:
        nonlocal asked
        while world.index.collection == world.name("old"):
            assert await world.right()
            asked += 1
            await asyncio.sleep(0)

    readers = [asyncio.create_task(reader()) for _ in range(5)]
    await asyncio.sleep(0)
    await collections.switch(world.client, "new", DIM)
    await world.index.look()
    await asyncio.gather(*readers)
    assert asked
    assert await world.right()


async def test_one_whose_index_was_dropped_goes_over_at_once(world: World) -> None:
    await collections.switch(world.client, "new", DIM)
    await gone(world, "old")
    assert await asyncio.gather(*(world.ask("beta") for _ in range(5))) == ["beta"] * 5
    assert world.loads == 1


async def test_nothing_changes_nothing_is_loaded(world: World) -> None:
    for _ in range(3):
        await world.index.look()
    assert world.loads == 0


async def test_a_model_that_is_not_on_record_is_not_guessed(world: World) -> None:
    world.recorded = False
    await collections.switch(world.client, "new", DIM)
    await world.index.look()
    assert world.index.collection == world.name("old")
    assert await world.right()
    await gone(world, "old")
    with pytest.raises(Unavailable):
        await world.ask("alpha")


async def test_it_looks_by_itself_and_outlives_an_outage(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.following.LOOK_EVERY_S", 0.01)
    answers: list[Exception | None] = [Unavailable("qdrant", "away"), UsageError("x", "odd")]

    async def served() -> str:
        if answers and (error := answers.pop()):
            raise error
        return await world.served()

    world.index._served = served
    following = asyncio.create_task(world.index.follow())
    await collections.switch(world.client, "new", DIM)
    async with asyncio.timeout(60):
        while world.index.collection != world.name("new"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    following.cancel()
    assert await world.right()


async def gone(world: World, model: str) -> None:
    """Drop an index; Qdrant in memory says so with another error than the server's 404."""
    await collections.drop(world.client, model, DIM)
    old = world.index._lent

    async def refused(*args: Any, **options: Any) -> Any:
        raise NoCollection("qdrant", "answers 404")

    async with old.use() as index:
        index._vectors.ranked = refused  # type: ignore[method-assign]
