"""Questions through Qdrant's own client, which give what those over plain HTTP give."""

import warnings
from collections.abc import AsyncIterator

import numpy as np
import pytest
from qdrant_client import AsyncQdrantClient, models

from common import bm25
from common.vectors.adapter import Vectors
from common.vectors.asking import DATED, ByClient, Dated
from common.vectors.points import PaperPoint, PassagePoint, day_ms, point_id

DIM = 2
DAY = "2026-07-14"
PAPERS = (
    PaperPoint(paper="a", version=1, title="Graph walks", announced_ms=day_ms(DAY), gen=1),
    PaperPoint(paper="b", version=1, title="Graphs", gen=1),
)


@pytest.fixture
async def vectors() -> AsyncIterator[Vectors]:
    client = AsyncQdrantClient(":memory:")
    made = Vectors(client, "m", DIM)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Payload indexes have no effect")
        await made.ensure()
    for n, paper in enumerate(PAPERS):
        dense = np.array([[1.0, n]], dtype=np.float32)
        await made.index_paper(paper, dense, bm25.document(paper.title))
    yield made
    await client.close()


def near(limit: int = 5, payload: bool | list[str] = False) -> models.QueryRequest:
    return models.QueryRequest(query=[1.0, 0.0], using="dense", limit=limit, with_payload=payload)


async def test_one_question(vectors: Vectors) -> None:
    ask = ByClient(vectors.client)
    hits = await ask(vectors.papers, near(), PaperPoint)
    assert [hit.payload.paper for hit in hits] == ["a", "b"]
    assert hits[0].score > hits[1].score
    assert len(await ask(vectors.papers, near(1), PaperPoint)) == 1
    assert await ask(vectors.texts, near(), PassagePoint) == []


async def test_several_questions(vectors: Vectors) -> None:
    words = bm25.query("walks")
    sparse = models.SparseVector(indices=words.indices, values=words.values)
    worded = models.QueryRequest(query=sparse, using="bm25", limit=5, with_payload=DATED)
    first, second = await ByClient(vectors.client).lists(
        vectors.papers, [near(payload=DATED), worded]
    )
    a, b = (point_id("m", paper.paper) for paper in PAPERS)
    assert [one.id for one in first] == [a, b]
    assert [one.payload for one in first] == [Dated(day_ms(DAY)), Dated(0)]
    assert [one.id for one in second] == [a]


async def test_points_by_their_ids(vectors: Vectors) -> None:
    a, gone = point_id("m", "a"), point_id("m", "c")
    found = await ByClient(vectors.client).these(vectors.papers, [gone, a], PaperPoint)
    assert {name: one.title for name, one in found.items()} == {a: "Graph walks"}
