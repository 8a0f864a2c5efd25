"""Nearest points, and all that is built on them, are alike on all vector servers."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from qdrant_client import QdrantClient, models

from vector_servers import DENSE, MARKS, hits, near, paper

pytestmark = MARKS


SCORES: dict[models.Distance, Callable[[Any, Any], float]] = {
    models.Distance.DOT: lambda a, b: float(a @ b),
    models.Distance.COSINE: lambda a, b: float(a @ b / np.linalg.norm(a) / np.linalg.norm(b)),
    models.Distance.EUCLID: lambda a, b: float(np.linalg.norm(a - b)),
    models.Distance.MANHATTAN: lambda a, b: float(np.abs(a - b).sum()),
}


@pytest.mark.parametrize("distance", list(SCORES), ids=lambda d: d.value)
def test_nearest_scores_are_exact(
    client: QdrantClient, name: str, distance: models.Distance
) -> None:
    client.create_collection(name, vectors_config=models.VectorParams(size=16, distance=distance))
    random = np.random.default_rng(3)
    vectors = random.normal(size=(200, 16)).astype(np.float32)
    client.upload_collection(name, vectors=vectors, ids=range(200), wait=True)
    query = random.normal(size=16).astype(np.float32)
    scores = [(i, SCORES[distance](query, vector)) for i, vector in enumerate(vectors)]
    closest = distance in (models.Distance.EUCLID, models.Distance.MANHATTAN)
    expected = sorted(scores, key=lambda pair: pair[1] if closest else -pair[1])
    got = client.query_points(name, query=query.tolist(), limit=10, offset=5)
    assert hits(got) == near(expected[5:15])
    batch = client.query_batch_points(
        name, [models.QueryRequest(query=query.tolist(), limit=k) for k in (1, 3)]
    )
    assert [hits(one) for one in batch] == [near(expected[:1]), near(expected[:3])]


def test_sparse_scores_with_and_without_idf(client: QdrantClient, papers: str) -> None:
    query = models.SparseVector(indices=[1, 12, 99], values=[1.0, 0.5, 3.0])
    plain = client.query_points(papers, query=query, using="plain", limit=1)
    assert hits(plain) == near([(2, 1.0 + 0.5 * 2.0)])

    def idf(documents: int) -> float:
        return math.log((5 - documents + 0.5) / (documents + 0.5) + 1)

    scored = client.query_points(papers, query=query, using="idf", limit=5)
    assert hits(scored)[:1] == near([(2, idf(5) + 0.5 * 2.0 * idf(1))])
    assert [s for _, s in hits(scored)[1:]] == [pytest.approx(idf(5), abs=1e-5)] * 4


def test_idf_follows_new_points(client: QdrantClient, own: str) -> None:
    client.upsert(own, [paper(0)], wait=True)
    more = models.PointStruct(id=9, vector={"idf": models.SparseVector(indices=[12], values=[1])})
    client.upsert(own, [more], wait=True)
    query = models.SparseVector(indices=[12], values=[1.0])
    got = client.query_points(own, query=query, using="idf")
    idf = math.log((6 - 2 + 0.5) / 2.5 + 1)
    assert hits(got) == near([(2, 2.0 * idf), (9, idf)])


def test_multi_vectors_score_by_max_sim(client: QdrantClient, name: str) -> None:
    params = models.VectorParams(
        size=2,
        distance=models.Distance.DOT,
        multivector_config=models.MultiVectorConfig(
            comparator=models.MultiVectorComparator.MAX_SIM
        ),
    )
    client.create_collection(name, vectors_config={"multi": params})
    stored = [[[1.0, 0.0], [0.0, 3.0]], [[2.0, 2.0]], [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]]
    points = [models.PointStruct(id=i, vector={"multi": v}) for i, v in enumerate(stored)]
    client.upsert(name, points, wait=True)
    asked = [[1.0, 0.5], [0.5, 2.0]]
    expected = [
        (i, sum(max(float(np.dot(q, row)) for row in rows) for q in asked))
        for i, rows in enumerate(stored)
    ]
    got = client.query_points(name, query=asked, using="multi")
    assert hits(got) == near(sorted(expected, key=lambda pair: -pair[1]))
    (record,) = client.retrieve(name, [2], with_vectors=True)
    assert record.vector == {"multi": stored[2]}


def test_query_by_id_leaves_the_point_out(client: QdrantClient, papers: str) -> None:
    got = client.query_points(papers, query=1, using="dense", limit=2, with_payload=["n"])
    assert hits(got) == near([(0, 0.8), (2, 0.6)])
    assert got.points[0].payload == {"n": 0}


def test_score_threshold_and_vectors(client: QdrantClient, papers: str) -> None:
    got = client.query_points(
        papers, query=[1.0, 0, 0], using="dense", score_threshold=0.5, with_vectors=["dense"]
    )
    assert hits(got) == near([(0, 1.0), (1, 0.8)])
    assert isinstance(got.points[1].vector, dict)
    assert got.points[1].vector["dense"] == pytest.approx(DENSE[1], abs=1e-6)


def _prefetch(limit: int = 3) -> list[models.Prefetch]:
    words = models.SparseVector(indices=[13, 12, 11], values=[3.0, 2.0, 1.0])
    return [
        models.Prefetch(query=[1.0, 0.1, 0], using="dense", limit=limit),
        models.Prefetch(query=words, using="plain", limit=limit),
    ]


def test_hybrid_by_reciprocal_rank(client: QdrantClient, papers: str) -> None:
    # A place in a ranking counts 1 / (2 + rank).
    got = client.query_points(
        papers, prefetch=_prefetch(), query=models.FusionQuery(fusion=models.Fusion.RRF)
    )
    dense = hits(client.query_points(papers, query=[1.0, 0.1, 0], using="dense", limit=3))
    total: dict[Any, float] = {}
    for ranking in ([id_ for id_, _ in dense], [3, 2, 1]):
        for rank, id_ in enumerate(ranking):
            total[id_] = total.get(id_, 0.0) + 1 / (2 + rank)
    assert dict(hits(got)) == {id_: pytest.approx(s, abs=1e-5) for id_, s in total.items()}
    scores = [score for _, score in hits(got)]
    assert scores == sorted(scores, reverse=True)


def test_hybrid_by_distribution(client: QdrantClient, papers: str) -> None:
    dense = [client.query_points(papers, query=[1.0, 0.1, 0], using="dense", limit=3)]
    query = models.SparseVector(indices=[13, 12, 11], values=[3.0, 2.0, 1.0])
    dense.append(client.query_points(papers, query=query, using="plain", limit=3))
    total: dict[Any, float] = {}
    for answer in dense:
        scores = np.array([score for _, score in hits(answer)])
        low = scores.mean() - 3 * scores.std(ddof=1)
        span = 6 * scores.std(ddof=1)
        for id_, score in hits(answer):
            total[id_] = total.get(id_, 0.0) + (score - low) / span
    got = client.query_points(
        papers, prefetch=_prefetch(), query=models.FusionQuery(fusion=models.Fusion.DBSF)
    )
    assert dict(hits(got)) == {id_: pytest.approx(s, abs=1e-4) for id_, s in total.items()}
    assert [id_ for id_, _ in hits(got)] == sorted(total, key=lambda id_: -total[id_])


def test_nested_prefetch_rescored(client: QdrantClient, papers: str) -> None:
    outer = models.Prefetch(
        prefetch=_prefetch(2), query=models.FusionQuery(fusion=models.Fusion.RRF), limit=4
    )
    got = client.query_points(
        papers,
        prefetch=[outer],
        query=[0.0, 0.6, 0.8],
        using="dense",
        query_filter=models.Filter(must_not=[models.HasIdCondition(has_id=[0])]),
    )
    assert hits(got) == near([(3, 1.0), (2, 0.6), (1, 0.36)])


def test_query_in_order_and_by_chance(client: QdrantClient, papers: str) -> None:
    order = models.OrderByQuery(
        order_by=models.OrderBy(key="n", direction=models.Direction.DESC, start_from=3)
    )
    got = client.query_points(papers, query=order, limit=2)
    assert [point.id for point in got.points] == [3, 2]
    some = client.query_points(
        papers, query=models.SampleQuery(sample=models.Sample.RANDOM), limit=3
    )
    assert len({point.id for point in some.points} & set(range(5))) == 3
    rest = client.query_points(papers, limit=2, offset=1)
    assert [point.id for point in rest.points] == [1, 2]


def _recommended(client: QdrantClient, name: str, **wish: Any) -> list[tuple[Any, float]]:
    query = models.RecommendQuery(recommend=models.RecommendInput(**wish))
    return hits(client.query_points(name, query=query, using="dense", limit=5))


def test_recommend_by_average(client: QdrantClient, papers: str) -> None:
    liked, disliked = np.mean([DENSE[0], [0.0, 0.0, 1.0]], axis=0), np.array(DENSE[4])
    wish = 2 * liked - disliked
    expected = [(i, SCORES[models.Distance.COSINE](wish, np.array(DENSE[i]))) for i in (1, 2, 3)]
    got = _recommended(client, papers, positive=[0, [0.0, 0.0, 1.0]], negative=[4])
    assert got == near(sorted(expected, key=lambda pair: -pair[1]))


def test_recommend_by_strategies(client: QdrantClient, papers: str) -> None:
    strategy = models.RecommendStrategy
    got = _recommended(client, papers, positive=[0], negative=[2], strategy=strategy.SUM_SCORES)
    cosine = np.array(DENSE)
    total = {i: float(cosine[i] @ cosine[0] - cosine[i] @ cosine[2]) for i in (1, 3, 4)}
    assert got == near(sorted(total.items(), key=lambda pair: -pair[1]))
    best = _recommended(client, papers, positive=[0], negative=[2], strategy=strategy.BEST_SCORE)
    assert best[0][0] == 1
    assert {id_ for id_, _ in best} == {1, 3, 4}


def test_context_and_discovery(client: QdrantClient, papers: str) -> None:
    pair = models.ContextPair(positive=[0.0, 1.0, 0.0], negative=[1.0, 0.0, 0.0])
    discover = models.DiscoverQuery(
        discover=models.DiscoverInput(target=[0.0, 0.0, 1.0], context=[pair])
    )
    got = client.query_points(papers, query=discover, using="dense", limit=1)
    assert got.points[0].id == 3
    context = client.query_points(
        papers, query=models.ContextQuery(context=[pair]), using="dense", limit=5
    )
    assert {point.id for point in context.points[:3]} == {2, 3, 4}


def test_formula_uses_score_and_payload(client: QdrantClient, papers: str) -> None:
    got = client.query_points(
        papers,
        prefetch=models.Prefetch(query=[1.0, 0, 0], using="dense"),
        query=models.FormulaQuery(
            formula=models.SumExpression(sum=["$score", models.MultExpression(mult=[0.5, "n"])])
        ),
        limit=2,
    )
    assert hits(got) == near([(3, 1.5), (1, 1.3)])


def test_groups(client: QdrantClient, papers: str) -> None:
    got = client.query_points_groups(
        papers, group_by="cat", query=[1.0, 0, 0], using="dense", group_size=2, limit=2
    )
    assert [(g.id, [h.id for h in g.hits]) for g in got.groups] == [
        ("cs.AI", [0, 2]),
        ("cs.LG", [1, 3]),
    ]
