"""Pages of points come alike from all vector servers."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from qdrant_client import QdrantClient, models

from vector_servers import MARKS, dense_of

pytestmark = MARKS


def test_scroll_goes_through_all_pages(client: QdrantClient, name: str) -> None:
    client.create_collection(name, vectors_config=dense_of())
    ids = [*range(0, 50, 2), *sorted(str(uuid.uuid4()) for _ in range(10))]
    points = [models.PointStruct(id=i, vector=[1.0, 1.0, 1.0], payload={}) for i in ids]
    client.upsert(name, points, wait=True)
    seen: list[Any] = []
    offset: Any = None
    while True:
        records, offset = client.scroll(name, limit=7, offset=offset)
        seen += [record.id for record in records]
        if offset is None:
            break
    assert seen == ids


@pytest.mark.parametrize("direction", [models.Direction.ASC, models.Direction.DESC])
def test_scroll_in_order_pages_by_start_value(
    client: QdrantClient, name: str, direction: models.Direction
) -> None:
    client.create_collection(name, vectors_config=dense_of())
    client.create_payload_index(name, "n", models.PayloadSchemaType.INTEGER, wait=True)
    values = [(i * 37) % 101 // 2 for i in range(40)]
    client.upsert(
        name,
        [
            models.PointStruct(id=i, vector=[1.0, 0.0, 0.0], payload={"n": n})
            for i, n in enumerate(values)
        ],
        wait=True,
    )
    seen: list[tuple[int, int]] = []
    start: int | None = None
    while True:
        last: list[Any] = [id_ for id_, value in seen if value == start]
        records, after = client.scroll(
            name,
            scroll_filter=models.Filter(must_not=[models.HasIdCondition(has_id=last)]),
            limit=9,
            order_by=models.OrderBy(key="n", direction=direction, start_from=start),
        )
        assert after is None
        if not records:
            break
        seen += [(int(r.id), int((r.payload or {})["n"])) for r in records]
        start = seen[-1][1]
    assert [value for _, value in seen] == sorted(
        values, reverse=direction == models.Direction.DESC
    )
    assert sorted(id_ for id_, _ in seen) == list(range(40))


def test_scroll_orders_by_time(client: QdrantClient, papers: str) -> None:
    order = models.OrderBy(
        key="day", direction=models.Direction.DESC, start_from=datetime(2026, 6, 12, 12, tzinfo=UTC)
    )
    records, _ = client.scroll(papers, limit=2, order_by=order)
    assert [record.id for record in records] == [2, 1]
