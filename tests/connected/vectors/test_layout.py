"""The adapter lays a new collection out as its settings say, and still finds what is near."""

import uuid
from typing import Any

import numpy as np
import pytest

from common import bm25
from common.settings import VectorsSettings
from common.vectors import adapter, layout
from common.vectors.candidates import Wanted
from common.vectors.points import PaperPoint

pytestmark = pytest.mark.connected
DIM = 8


@pytest.mark.parametrize("quantization", ["none", "int8"])
async def test_a_collection_is_as_the_settings_say(ours: str, quantization: Any) -> None:
    settings = VectorsSettings(
        qdrant_url=ours, vectors_quantization=quantization, vectors_on_disk=True
    )
    vectors = adapter.connect(settings, uuid.uuid4().hex, DIM)
    try:
        await vectors.make()
        await vectors.make()
        for name in (vectors.papers, vectors.texts):
            config = (await vectors.client.get_collection(name)).config
            dense: Any = config.params.vectors
            assert dense["dense"] == layout.dense(DIM, settings)
        await finds(vectors)
    finally:
        for name in (vectors.papers, vectors.texts):
            await vectors.client.delete_collection(name)
        await vectors.close()


async def finds(vectors: adapter.Vectors) -> None:
    for number in range(DIM):
        point = PaperPoint(paper=f"arxiv:{number}", version=1, title=f"word{number}", gen=1)
        await vectors.index_paper(point, one_hot(number), bm25.document(point.title))
    best = await vectors.search(Wanted(one_hot(3), bm25.query("word3")), limit=3)
    assert best[0].paper.paper == "arxiv:3"


def one_hot(number: int) -> np.ndarray:
    return np.eye(DIM, dtype=np.float32)[number : number + 1]
