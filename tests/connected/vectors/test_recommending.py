"""Recommendations out of a real index."""

from collections.abc import AsyncIterator
from uuid import uuid4

import numpy as np
import pytest

from common import bm25
from common.recommending.behaviour import Others
from common.recommending.learned import Example
from common.recommending.likes import Likes
from common.recommending.reasons import AUTHORS, OTHERS
from common.recommending.recommender import Recommended, Recommender
from common.settings import VectorsSettings
from common.vectors import adapter
from common.vectors.adapter import Vectors
from common.vectors.filters import Filters
from common.vectors.points import PaperPoint, day_ms

pytestmark = pytest.mark.connected

DIM = 8
TOPICS = ("glacier ice melting", "protein folding dynamics", "graph colouring bounds")
ICE, PROTEIN, GRAPH = range(3)


def key(topic: int, no: int) -> str:
    return f"arxiv:240{topic + 1}.{no:05d}"


def row(topic: int, no: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    made = np.full((1, DIM), 0.2, np.float32)
    made[0, topic] += 1
    made[0, 3 + no % 5] += 0.2
    return made / np.linalg.norm(made)


@pytest.fixture
async def index(ours: str) -> AsyncIterator[Vectors]:
    """Ten papers of each topic; paper 0 of a topic and 1 of the next have an author in common."""
    vectors = adapter.connect(VectorsSettings(qdrant_url=ours), f"r-{uuid4().hex[:8]}", DIM)
    await vectors.make()
    for topic, words in enumerate(TOPICS):
        for no in range(10):
            day = f"2026-03-{no + 1:02d}"
            title = f"On {words}, part {no}"
            names = (f"Author {'ABC'[topic]}",) if no == 0 else ()
            names = (f"Author {'CAB'[topic]}",) if no == 1 else names
            point = PaperPoint(
                paper=key(topic, no),
                version=1,
                title=title,
                authors=names,
                announced=day,
                announced_ms=day_ms(day),
                gen=1,
            )
            await vectors.index_paper(point, row(topic, no), bm25.document(title))
    yield vectors
    for name in (vectors.papers, vectors.texts):
        await vectors.client.delete_collection(name)
    await vectors.close()


def keys(found: list[Recommended]) -> list[str]:
    return [one.paper.paper for one in found]


async def test_recommendations(index: Vectors) -> None:
    recommender = Recommender(index)
    likes = Likes(liked=(key(ICE, 2), key(ICE, 3)), skip=frozenset({key(ICE, 4)}))

    found = await recommender.recommend(likes, limit=7)
    expected = {key(ICE, no) for no in (0, 1, 5, 6, 7, 8, 9)}
    assert set(keys(found)) == expected, "of the topic, without what is known"
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(one.score == pytest.approx(sum(s.share for s in one.standings)) for one in found)
    assert "which you liked" in found[0].reason

    few = await recommender.recommend(
        likes, Filters(date_from="2026-03-07", date_to="2026-03-08"), limit=2
    )
    assert set(keys(few)) == {key(ICE, 6), key(ICE, 7)}

    assert await recommender.recommend(Likes()) == []
    assert await recommender.recommend(Likes(liked=("arxiv:9999.99999",))) == []


async def test_authors_and_other_people_count(index: Vectors) -> None:
    recommender = Recommender(index)
    found = await recommender.recommend(Likes(liked=(key(ICE, 0),)), limit=3)
    by_author = next(one for one in found if one.paper.paper == key(PROTEIN, 1))
    assert by_author.reason.startswith("By Author A, of a paper you liked")
    assert AUTHORS in {stood.name for stood in by_author.standings}

    liked = (key(ICE, 5), key(ICE, 6))
    others = Others([(*liked, key(GRAPH, 9)), (*liked, key(GRAPH, 9)), ("not indexed", *liked)])
    found = await recommender.recommend(Likes(liked=liked), others=others, limit=5)
    there = {one.paper.paper: one for one in found}
    assert keys(found)[0] == key(GRAPH, 9)
    assert there[key(GRAPH, 9)].reason.startswith("2 people who like what you like like it too")
    assert OTHERS in {stood.name for stood in there[key(GRAPH, 9)].standings}

    early = await recommender.recommend(
        Likes(liked=liked), Filters(date_to="2026-03-09"), others=others
    )
    assert key(GRAPH, 9) not in keys(early), "what others like is narrowed too"


async def test_a_text_that_is_no_paper(index: Vectors) -> None:
    text = Example(row(PROTEIN, 3), bm25.document("protein folding"))
    found = await Recommender(index).recommend(Likes(), examples=[text], limit=10)
    assert set(keys(found)) == {key(PROTEIN, no) for no in range(10)}
