"""Points are stored, read, changed and kept in snapshots alike on all vector servers."""

import asyncio
import urllib.request
from typing import Any

import pytest
from qdrant_client import AsyncQdrantClient, QdrantClient, models

from vector_servers import DENSE, MARKS, PAYLOADS, UUIDS, Backend, condition, dense_of, only, paper

pytestmark = MARKS


def test_points_of_both_kinds_of_id_are_stored_and_read(client: QdrantClient, name: str) -> None:
    client.create_collection(name, vectors_config=dense_of(models.Distance.DOT))
    ids: list[Any] = [3, UUIDS[0], 2**53, UUIDS[1]]
    client.upsert(
        name,
        models.Batch(
            ids=ids,
            vectors=[[float(i), 0.5, -1.0] for i in range(4)],
            payloads=[{"a": i, "b": {"c": "ü", "d": [1.5, None, True]}} for i in range(4)],
        ),
        wait=True,
    )
    asked = [ids[2], ids[1], 99]
    records = client.retrieve(name, asked, with_payload=True, with_vectors=True)
    assert [(r.id, r.vector) for r in records] == [
        (2**53, [2.0, 0.5, -1.0]),
        (UUIDS[0], [1.0, 0.5, -1.0]),
    ]
    assert records[1].payload == {"a": 1, "b": {"c": "ü", "d": [1.5, None, True]}}
    client.upsert(
        name, [models.PointStruct(id=3, vector=[9.0, 9.0, 9.0], payload={"z": 1})], wait=True
    )
    (record,) = client.retrieve(name, [3], with_vectors=True)
    assert (record.payload, record.vector) == ({"z": 1}, [9.0, 9.0, 9.0])
    assert client.count(name).count == 4


@pytest.mark.parametrize(
    ("selector", "keys"),
    [
        (True, set(PAYLOADS[1])),
        (False, None),
        (["n", "cat"], {"n", "cat"}),
        (models.PayloadSelectorInclude(include=["n"]), {"n"}),
        (models.PayloadSelectorExclude(exclude=["authors", "title"]), None),
    ],
)
def test_payload_selectors(
    client: QdrantClient, papers: str, selector: Any, keys: set[str] | None
) -> None:
    (record,) = client.retrieve(papers, [1], with_payload=selector)
    if isinstance(selector, models.PayloadSelectorExclude):
        keys = set(PAYLOADS[1]) - {"authors", "title"}
    assert (record.payload and set(record.payload)) == keys
    assert record.vector is None


def test_vectors_are_returned_by_name(client: QdrantClient, papers: str) -> None:
    (record,) = client.retrieve(papers, [1], with_vectors=["dense", "plain"])
    assert isinstance(record.vector, dict)
    assert set(record.vector) == {"dense", "plain"}
    assert record.vector["dense"] == pytest.approx(DENSE[1], abs=1e-6)
    words = record.vector["plain"]
    assert isinstance(words, models.SparseVector)
    assert (words.indices, words.values) == ([1, 11], [1.0, 2.0])


def test_points_are_deleted_by_id_and_filter(client: QdrantClient, own: str) -> None:
    client.delete(own, [0, 77], wait=True)
    chosen = models.FilterSelector(filter=only(condition("n", range=models.Range(gte=3))))
    client.delete(own, chosen, wait=True)
    assert [record.id for record in client.scroll(own)[0]] == [1, 2]


def test_payload_is_changed(client: QdrantClient, own: str) -> None:
    def payload(id_: int) -> dict[str, Any]:
        return client.retrieve(own, [id_])[0].payload or {}

    client.set_payload(own, {"new": 1}, points=[0, 1], wait=True)
    assert payload(0) == PAYLOADS[0] | {"new": 1}
    client.set_payload(own, {"in": 2}, points=[0], key="deep", wait=True)
    assert payload(0)["deep"] == {"in": 2}
    client.delete_payload(own, ["new", "deep"], points=[0], wait=True)
    assert payload(0) == PAYLOADS[0]
    some = only(condition("cat", match=models.MatchValue(value="cs.LG")))
    client.set_payload(own, {"mark": True}, points=some, wait=True)
    assert [i for i in range(5) if payload(i).get("mark")] == [1, 3]
    client.overwrite_payload(own, {"only": "this"}, points=[2], wait=True)
    assert payload(2) == {"only": "this"}
    client.clear_payload(own, points_selector=[3], wait=True)
    assert payload(3) == {}


def test_vectors_are_changed(client: QdrantClient, own: str) -> None:
    new = models.PointVectors(id=0, vector={"dense": [0.0, 0.0, 2.0]})
    client.update_vectors(own, [new], wait=True)
    client.delete_vectors(own, ["plain"], points=[0], wait=True)
    (record,) = client.retrieve(own, [0], with_vectors=True)
    assert isinstance(record.vector, dict)
    assert record.vector["dense"] == pytest.approx([0, 0, 1])
    assert set(record.vector) == {"dense", "idf"}
    assert record.payload == PAYLOADS[0]


def test_batch_of_updates_is_applied_in_order(client: QdrantClient, own: str) -> None:
    vector: Any = {"dense": [0.0, 0.0, 1.0]}
    results = client.batch_update_points(
        own,
        [
            models.UpsertOperation(
                upsert=models.PointsList(points=[models.PointStruct(id=9, vector=vector)])
            ),
            models.SetPayloadOperation(
                set_payload=models.SetPayload(payload={"k": 1, "l": 2}, points=[9])
            ),
            models.DeletePayloadOperation(
                delete_payload=models.DeletePayload(keys=["k"], points=[9])
            ),
            models.DeleteOperation(delete=models.PointIdsList(points=[0])),
            models.ClearPayloadOperation(clear_payload=models.PointIdsList(points=[1])),
            models.OverwritePayloadOperation(
                overwrite_payload=models.SetPayload(payload={"o": 1}, points=[2])
            ),
            models.UpdateVectorsOperation(
                update_vectors=models.UpdateVectors(
                    points=[models.PointVectors(id=3, vector={"dense": [0.0, 1.0, 0.0]})]
                )
            ),
            models.DeleteVectorsOperation(
                delete_vectors=models.DeleteVectors(points=[3], vector=["idf"])
            ),
        ],
        wait=True,
    )
    assert len(results or []) == 8
    records = client.retrieve(own, [0, 1, 2, 3, 9], with_vectors=True)
    assert [(r.id, r.payload) for r in records[:3]] == [(1, {}), (2, {"o": 1}), (3, PAYLOADS[3])]
    assert (records[3].payload, set(records[2].vector or {})) == ({"l": 2}, {"dense", "plain"})


async def test_asynchronous_client(backend: Backend, own: str) -> None:
    backend.without("memory")
    client = AsyncQdrantClient(url=backend.url, timeout=60)
    answers = await asyncio.gather(
        *(client.query_points(own, query=[1.0, 0, 0], using="dense", limit=k) for k in (1, 2, 3))
    )
    assert [len(answer.points) for answer in answers] == [1, 2, 3]
    await asyncio.gather(*(client.upsert(own, [paper(i)], wait=True) for i in range(5)))
    assert (await client.count(own)).count == 5
    await client.close()


def test_snapshot_is_made_downloaded_recovered(backend: Backend, own: str) -> None:
    backend.without("memory")
    client = backend.client
    made = client.create_snapshot(own, wait=True)
    assert made is not None
    assert [s.name for s in client.list_snapshots(own)] == [made.name]
    url = f"{backend.url}/collections/{own}/snapshots/{made.name}"
    with urllib.request.urlopen(url, timeout=60) as reply:
        assert len(reply.read()) == made.size
    # A Qdrant in a container does not know the address we know it by.
    inside = f"file:///qdrant/snapshots/{own}/{made.name}"
    url = inside if backend.kind == "qdrant" else url
    client.delete(own, list(range(5)), wait=True)
    assert client.recover_snapshot(own, url, wait=True)
    assert [record.id for record in client.scroll(own)[0]] == [0, 1, 2, 3, 4]
    client.upsert(own, [models.PointStruct(id=0, vector={}, payload={"v": 2})], wait=True)
    assert client.retrieve(own, [0])[0].payload == {"v": 2}
    copy = f"{own}-copy"
    assert client.recover_snapshot(copy, url, wait=True)
    assert client.count(copy).count == 5
    client.delete_collection(copy)
    assert client.delete_snapshot(own, made.name, wait=True)
    assert client.list_snapshots(own) == []
