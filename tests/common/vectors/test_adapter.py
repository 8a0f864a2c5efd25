"""The adapter against Qdrant's local mode."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest
from qdrant_client import AsyncQdrantClient

from common import bm25
from common.errors import Retryable, Unavailable, UsageError
from common.settings import VectorsSettings
from common.vectors.adapter import Vectors, connect
from common.vectors.candidates import Wanted
from common.vectors.filters import Filters
from common.vectors.points import (
    PaperPoint,
    PassagePoint,
    day_ms,
    generation,
    groups_of,
    order_of,
)

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")

DIM = 4
TOPICS = {"bandit": [1, 0, 0, 0], "protein": [0, 1, 0, 0], "market": [0, 0, 1, 0]}


def dense(*topics: str) -> np.ndarray:
    return np.array([TOPICS[topic] for topic in topics], dtype=np.float32)


def paper(
    key: str,
    topic: str = "bandit",
    *,
    version: int = 1,
    announced: str = "2026-08-31",
    categories: tuple[str, ...] = ("cs.LG",),
    **changed: Any,
) -> PaperPoint:
    return PaperPoint(
        paper=key,
        version=version,
        title=f"On {topic}s",
        categories=categories,
        groups=groups_of(categories),
        announced=announced,
        announced_ms=day_ms(announced),
        order=order_of(key, day_ms(announced)),
        gen=generation(version, 0),
        **changed,
    )


async def put(vectors: Vectors, point: PaperPoint, topic: str, passages: int = 0) -> bool:
    await vectors.index_paper(point, dense(topic), bm25.document(point.title))
    if passages:
        points = [
            PassagePoint(paper=point.paper, no=no, text=f"{topic} {no}", gen=point.gen, page=1)
            for no in range(passages)
        ]
        words = [bm25.document(part.text) for part in points]
        await vectors.index_passages(points, dense(*[topic] * passages), words)
    return await vectors.confirm(point.paper, point.gen, passages)


@pytest.fixture
async def vectors() -> AsyncIterator[Vectors]:
    adapter = Vectors(AsyncQdrantClient(":memory:"), "Test Model/v2", DIM)
    await adapter.ensure()
    yield adapter
    await adapter.close()


async def test_ensure_is_idempotent_under_races(vectors: Vectors) -> None:
    await asyncio.gather(*(vectors.ensure() for _ in range(5)))
    aliases = (await vectors.client.get_aliases()).aliases
    assert sorted((a.alias_name, a.collection_name) for a in aliases) == [
        ("papers", "papers__test-model-v2__4__v1"),
        ("passages", "passages__test-model-v2__4__v1"),
    ]
    await vectors.check()


async def test_another_model_is_refused(vectors: Vectors) -> None:
    other = Vectors(vectors.client, "Test Model/v2", DIM + 1)
    for refused in (other.ensure, other.check):
        with pytest.raises(UsageError, match=r"papers__test-model-v2__4__v1.* ask for .*__5__v1"):
            await refused()


async def test_no_index_yet_is_waited_for() -> None:
    with pytest.raises(Unavailable, match="no index"):
        await Vectors(AsyncQdrantClient(":memory:"), "m", DIM).check()


async def test_found_by_words_and_by_meaning(vectors: Vectors) -> None:
    for key, topic in (("arxiv:1", "bandit"), ("arxiv:2", "protein"), ("arxiv:3", "market")):
        await put(vectors, paper(key, topic), topic)
    hits = await vectors.search(Wanted(dense("protein"), bm25.query("proteins")), limit=2)
    assert hits[0].paper.paper == "arxiv:2"
    assert hits[0].score > hits[1].score
    nearest = await vectors.search(Wanted(dense("market"), bm25.query("the of")))
    assert nearest[0].paper.paper == "arxiv:3"
    others = {hit.paper.paper for hit in await vectors.similar("arxiv:1", limit=5)}
    assert others == {"arxiv:2", "arxiv:3"}
    assert await vectors.similar("arxiv:9") == ()


FILTERS = [
    (Filters(), {"a", "b", "c"}),
    (Filters(categories=("cs",)), {"a", "b"}),
    (Filters(categories=("cs.LG",)), {"a"}),
    (Filters(categories=("hep-th", "cs.AI")), {"b", "c"}),
    (Filters(date_from="2026-08-31"), {"b", "c"}),
    (Filters(date_from="2026-08-30", date_to="2026-08-30"), {"a"}),
    (Filters(has_pdf=True), {"a"}),
    (Filters(withdrawn=False), {"a", "b"}),
    (Filters(feeds=("ai",), full_text=False), {"b"}),
    (Filters(ids=("a", "c", "zzz")), {"a", "c"}),
]


@pytest.mark.parametrize(("filters", "expected"), FILTERS)
async def test_filters(vectors: Vectors, filters: Filters, expected: set[str]) -> None:
    await put(vectors, paper("a", announced="2026-08-30", has_pdf=True, full_text=True), "bandit")
    await put(vectors, paper("b", categories=("cs.AI", "stat.ML"), feeds=("ai",)), "bandit")
    await put(vectors, paper("c", categories=("hep-th",), withdrawn=True), "bandit")
    hits = await vectors.search(Wanted(dense("bandit"), bm25.query("bandits"), filters))
    assert {hit.paper.paper for hit in hits} == expected
    assert await vectors.count(filters) == len(expected)
    assert {point.paper for point in (await vectors.newest(filters)).papers} == expected


async def test_newest_pages_without_gap_or_repeat(vectors: Vectors) -> None:
    keys = [f"arxiv:2608.{n:05d}" for n in range(25)]
    for n, key in enumerate(keys):
        await put(vectors, paper(key, announced=f"2026-08-{30 + n // 20}"), "bandit")
    seen: list[str] = []
    cursor = ""
    for _ in range(9):
        page = await vectors.newest(cursor=cursor, limit=7)
        seen += [point.paper for point in page.papers]
        cursor = page.cursor
        if not cursor:
            break
    assert seen == sorted(keys, reverse=True)


@pytest.mark.parametrize("cursor", ["x", "!!!", "AAAA", "a" * 50, "ü"])
async def test_a_foreign_cursor_is_refused(vectors: Vectors, cursor: str) -> None:
    with pytest.raises(UsageError, match="cursor"):
        await vectors.newest(cursor=cursor)


async def test_a_new_version_replaces_and_drops_stale_passages(vectors: Vectors) -> None:
    assert await put(vectors, paper("a", version=1), "bandit", passages=5)
    assert await put(vectors, paper("a", "protein", version=2), "protein", passages=2)
    found = await vectors.passages_of("a", dense("protein"), bm25.query("protein"))
    assert sorted(hit.passage.no for hit in found) == [0, 1]
    assert {hit.passage.text.split()[0] for hit in found} == {"protein"}


async def test_an_older_version_that_comes_late_changes_nothing(vectors: Vectors) -> None:
    assert await put(vectors, paper("a", "protein", version=2), "protein", passages=2)
    assert not await put(vectors, paper("a", version=1), "bandit", passages=5)
    stored = await vectors.get("a")
    assert stored is not None
    assert (stored.version, stored.title) == (2, "On proteins")
    found = await vectors.passages_of("a", dense("protein"), bm25.query("protein"))
    assert sorted(hit.passage.text for hit in found) == ["protein 0", "protein 1"]


async def test_again_is_the_same(vectors: Vectors) -> None:
    for _ in range(3):
        assert await put(vectors, paper("a"), "bandit", passages=3)
    assert await vectors.count() == 1


async def test_missing_points_are_noticed(vectors: Vectors) -> None:
    await put(vectors, paper("a"), "bandit", passages=3)
    with pytest.raises(Retryable, match="3 of 4"):
        await vectors.confirm("a", generation(1, 0), 4)
    with pytest.raises(Retryable, match="generation 0"):
        await vectors.confirm("b", generation(1, 0), 0)


async def test_a_summary_is_put_only_to_its_version(vectors: Vectors) -> None:
    await put(vectors, paper("a", version=2), "bandit")
    assert not await vectors.set_summary("a", 1, "old", "m")
    assert await vectors.set_summary("a", 2, "Short.", "m")
    stored = await vectors.get("a")
    assert stored is not None
    assert (stored.tldr, stored.summary_model, stored.title) == ("Short.", "m", "On bandits")


async def test_facets_and_delete(vectors: Vectors) -> None:
    await put(vectors, paper("a", categories=("cs.LG", "cs.AI")), "bandit", passages=2)
    await put(vectors, paper("b"), "bandit")
    assert await vectors.facets("categories") == {"cs.LG": 2, "cs.AI": 1}
    await vectors.delete_paper("a")
    assert await vectors.get("a") is None
    assert await vectors.passages_of("a", dense("bandit"), bm25.query("bandit")) == ()
    assert await vectors.facets("categories", Filters(categories=("cs",))) == {"cs.LG": 1}


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    nowhere = connect(VectorsSettings(qdrant_url="http://127.0.0.1:9"), "m", DIM)
    with pytest.raises(Unavailable, match="qdrant"):
        await nowhere.get("a")
    await nowhere.close()
