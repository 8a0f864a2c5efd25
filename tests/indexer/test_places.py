"""Where papers are written to, as the record of spaces has it at every moment."""

import asyncio
from typing import Any

import pytest

from common.errors import Unavailable
from common.lent import Lent
from common.vectors.placing import Place
from common.vectors.spaces import Space, Spaces
from indexer.places import Places

OLD = Space(model="old", dim=4, kind="local")
NEW = Space(model="new", dim=4, kind="static")


class World:
    """A record, and models that can be loaded or not."""

    def __init__(self) -> None:
        self.spaces = Spaces(serving=OLD)
        self.broken: set[Space] = set()
        self.loaded: list[Space] = []
        self.closed: list[Space] = []
        self.places = Places(self.read, self.load, {})

    async def read(self) -> Spaces:
        return self.spaces

    async def load(self, space: Space) -> Lent[Place]:
        await asyncio.sleep(0)
        if space in self.broken:
            raise Unavailable("embeddings", "does not answer")
        self.loaded.append(space)

        async def close() -> None:
            self.closed.append(space)

        embedder: Any = space
        index: Any = None
        return Lent(Place(embedder, index), close)

    async def names(self) -> list[str]:
        async with self.places.use() as places:
            return [place.embedder.model for place in places]


async def test_each_use_sees_the_record_as_it_is() -> None:
    world = World()
    assert await world.names() == ["old"]
    world.spaces = Spaces(serving=OLD, also=NEW)
    assert await world.names() == ["old", "new"]
    world.spaces = world.spaces.turned(NEW.collection)
    assert await world.names() == ["new", "old"]
    world.spaces = Spaces(serving=NEW)
    assert await world.names() == ["new"]
    assert world.loaded == [OLD, NEW], "each once"
    assert world.closed == [OLD]
    await world.places.close()
    assert world.closed == [OLD, NEW]


async def test_many_at_once_load_once() -> None:
    world = World()
    assert await asyncio.gather(*(world.names() for _ in range(5))) == [["old"]] * 5
    assert world.loaded == [OLD]


async def test_who_works_with_a_dropped_one_keeps_it_to_the_end() -> None:
    world = World()
    async with world.places.use():
        world.spaces = Spaces(serving=NEW)
        assert await world.names() == ["new"]
        assert world.closed == []
    assert world.closed == [OLD]


async def test_a_second_one_that_cannot_be_loaded_is_left_out_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    world.spaces = Spaces(serving=OLD, also=NEW)
    world.broken.add(NEW)
    assert await world.names() == ["old"]
    world.broken.clear()
    assert await world.names() == ["old"], "not tried for every paper"
    monkeypatch.setattr("indexer.places.time.monotonic", lambda: float("inf"))
    assert await world.names() == ["old", "new"]


async def test_the_one_that_answers_must_be_there() -> None:
    world = World()
    world.broken.add(OLD)
    with pytest.raises(Unavailable, match="embeddings"):
        await world.names()
