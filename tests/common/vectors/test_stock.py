"""What a collection holds, counted."""

from collections.abc import AsyncIterator

import numpy as np
import pytest
from qdrant_client import AsyncQdrantClient

from common import bm25
from common.vectors import stock as stock_module
from common.vectors.adapter import Vectors
from common.vectors.points import PaperPoint, PassagePoint, generation
from common.vectors.stock import There, stock

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
ROW = np.ones((1, 2), dtype=np.float32)
WORD = bm25.document("word")


@pytest.fixture
async def vectors() -> AsyncIterator[Vectors]:
    adapter = Vectors(AsyncQdrantClient(":memory:"), "m", 2)
    await adapter.ensure()
    yield adapter
    await adapter.close()


async def put(vectors: Vectors, paper: str, version: int, passages: int) -> None:
    gen = generation(version, 0)
    for no in range(passages):
        point = PassagePoint(paper=paper, no=no, text="t", gen=gen)
        await vectors.index_passages([point], ROW, [WORD])
    await vectors.index_paper(
        PaperPoint(paper=paper, version=version, title="T", gen=gen), ROW, WORD
    )


async def test_every_paper_with_its_passages(
    vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock_module, "PAGE", 2)
    assert await stock(vectors) == {}
    for n in range(5):
        await put(vectors, f"arxiv:{n}", n + 1, n)
    await vectors.set_summary("arxiv:3", 4, "Short.", "extractive")
    assert await stock(vectors) == {
        f"arxiv:{n}": There(n + 1, generation(n + 1, 0), n, n == 3) for n in range(5)
    }
