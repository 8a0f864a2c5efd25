"""Filters, counts and facets choose alike on all vector servers."""

from datetime import UTC, datetime
from typing import Any

import pytest
from qdrant_client import QdrantClient, models

from vector_servers import MARKS, condition, only

pytestmark = MARKS


FILTERS: list[tuple[str, Any, list[int]]] = [
    ("keyword", only(condition("cat", match=models.MatchValue(value="cs.LG"))), [1, 3]),
    ("integer", only(condition("n", match=models.MatchValue(value=3))), [3]),
    ("bool", only(condition("open", match=models.MatchValue(value=False))), [1, 3]),
    ("any", only(condition("tags", match=models.MatchAny(any=["y"]))), [1, 2, 4]),
    ("any integer", only(condition("n", match=models.MatchAny(any=[1, 4, 8]))), [1, 4]),
    (
        "except",
        only(condition("cat", match=models.MatchExcept(**{"except": ["cs.AI"]}))),
        [1, 3],
    ),
    ("text", only(condition("title", match=models.MatchText(text="red"))), [0, 2]),
    ("two words", only(condition("title", match=models.MatchText(text="fox sea"))), [4]),
    ("range", only(condition("n", range=models.Range(gt=0, lte=3))), [1, 2, 3]),
    ("float range", only(condition("score", range=models.Range(gte=0.5, lt=1.5))), [1, 2]),
    (
        "days",
        only(condition("day", range=models.DatetimeRange(gte=datetime(2026, 6, 13, tzinfo=UTC)))),
        [3, 4],
    ),
    ("has id", only(models.HasIdCondition(has_id=[0, 4, 99])), [0, 4]),
    (
        "is empty",
        only(models.IsEmptyCondition(is_empty=models.PayloadField(key="gone"))),
        [0, 1, 2, 3, 4],
    ),
    ("is null", only(models.IsNullCondition(is_null=models.PayloadField(key="gone"))), [4]),
    ("values count", only(condition("tags", values_count=models.ValuesCount(gte=3))), [2]),
    ("has vector", only(models.HasVectorCondition(has_vector="plain")), [0, 1, 2, 3, 4]),
    (
        "nested",
        only(
            models.NestedCondition(
                nested=models.Nested(
                    key="authors",
                    filter=only(
                        condition("name", match=models.MatchValue(value="Ann")),
                        condition("pos", range=models.Range(gte=3)),
                    ),
                )
            )
        ),
        [3, 4],
    ),
    (
        "array of objects",
        only(condition("authors[].pos", range=models.Range(gte=9))),
        [0, 1, 2, 3, 4],
    ),
    (
        "should",
        models.Filter(
            should=[
                condition("n", match=models.MatchValue(value=0)),
                condition("cat", match=models.MatchValue(value="cs.LG")),
            ]
        ),
        [0, 1, 3],
    ),
    (
        "must not",
        models.Filter(must_not=[condition("cat", match=models.MatchValue(value="cs.LG"))]),
        [0, 2, 4],
    ),
    (
        "min should",
        models.Filter(
            min_should=models.MinShould(
                conditions=[
                    condition("n", range=models.Range(gte=2)),
                    condition("open", match=models.MatchValue(value=True)),
                    condition("tags", match=models.MatchValue(value="y")),
                ],
                min_count=3,
            )
        ),
        [2, 4],
    ),
    (
        "filter in filter",
        only(
            models.Filter(should=[condition("n", range=models.Range(lt=2))]),
            condition("open", match=models.MatchValue(value=True)),
        ),
        [0],
    ),
]


@pytest.mark.parametrize(("filter_", "ids"), [f[1:] for f in FILTERS], ids=[f[0] for f in FILTERS])
def test_filter(client: QdrantClient, papers: str, filter_: models.Filter, ids: list[int]) -> None:
    records, _ = client.scroll(papers, scroll_filter=filter_, limit=100)
    assert [record.id for record in records] == ids
    assert client.count(papers, count_filter=filter_, exact=True).count == len(ids)
    points = client.query_points(papers, query=[1.0, 0, 0], using="dense", query_filter=filter_)
    assert sorted(int(point.id) for point in points.points) == ids


def test_facet(client: QdrantClient, papers: str) -> None:
    tags = client.facet(papers, "tags", limit=2, exact=True).hits
    assert [(hit.value, hit.count) for hit in tags] == [("x", 5), ("y", 3)]
    late = only(condition("n", range=models.Range(gte=2)))
    cats = client.facet(papers, "cat", facet_filter=late, exact=True).hits
    assert [(hit.value, hit.count) for hit in cats] == [("cs.AI", 2), ("cs.LG", 1)]
