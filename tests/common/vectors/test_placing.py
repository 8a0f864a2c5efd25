"""One paper put into the collections of one model, at any moment and in any order."""

import itertools
from collections.abc import AsyncIterator, Sequence
from typing import Any

import numpy as np
import pytest
from qdrant_client import AsyncQdrantClient

from common.embed.embedder import unit
from common.events import PaperFetched, PaperMeta
from common.texts import PaperText, Passage
from common.vectors import placing
from common.vectors.adapter import Vectors
from common.vectors.composing import ABSTRACT, paper_point, searched
from common.vectors.placing import Place
from common.vectors.points import generation
from common.vectors.stock import There, stock

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
PAPER = "arxiv:2608.00001"


class Lengths:
    """An embedder that knows how long a text is."""

    model = "lengths"
    dim = 2

    async def embed(self, texts: Sequence[str]) -> Any:
        return unit(np.array([[len(text), 1] for text in texts], dtype=np.float32))

    async def close(self) -> None:
        return None


@pytest.fixture
async def vectors() -> AsyncIterator[Vectors]:
    adapter = Vectors(AsyncQdrantClient(":memory:"), Lengths.model, Lengths.dim)
    await adapter.ensure()
    yield adapter
    await adapter.close()


def paper(version: int, passages: int) -> tuple[PaperFetched, PaperText]:
    meta = PaperMeta(title=f"Version {version}", abstract="About it.")
    event = PaperFetched(paper=PAPER, version=version, meta=meta)
    parts = tuple(Passage(no=no, text="word " * (no + 1)) for no in range(passages))
    kind = "pypdfium2" if passages > 1 else ABSTRACT
    return event, PaperText(paper=PAPER, version=version, extractor=kind, passages=parts)


async def put(vectors: Vectors, version: int, passages: int) -> bool:
    event, text = paper(version, passages)
    given = await placing.rendered(Lengths(), searched(event), text)
    assert len(given.sparse) == len(given.dense) == (passages + 1 if passages > 1 else 1)
    return await placing.put(vectors, text, paper_point(event, text, None, at=""), given)


@pytest.mark.parametrize("order", list(itertools.permutations([(1, 5), (2, 1), (3, 3)])), ids=str)
async def test_any_order_ends_in_the_newest(
    vectors: Vectors, order: tuple[tuple[int, int], ...]
) -> None:
    newest = 0
    for version, passages in (*order, *order):
        assert await put(vectors, version, passages) == (version >= newest)
        newest = max(newest, version)
    assert await stock(vectors) == {PAPER: There(3, generation(3, 0), 3, False)}


async def test_a_place_is_named_by_its_model(vectors: Vectors) -> None:
    assert Place(Lengths(), vectors).space == ("lengths", 2)
    assert await put(vectors, 1, 0), "a paper without any text is put too"
    assert await stock(vectors) == {PAPER: There(1, generation(1, 0), 0, False)}
