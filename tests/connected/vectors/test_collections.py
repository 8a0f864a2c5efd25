"""Collections and their aliases come, change and go alike on all vector servers."""

import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import UnexpectedResponse

from vector_servers import MARKS, Backend, alias_of, dense_of, paper

pytestmark = MARKS


def test_service_tells_version_and_health(backend: Backend) -> None:
    backend.without("memory")
    for path in ("healthz", "readyz", "livez"):
        with urllib.request.urlopen(f"{backend.url}/{path}", timeout=5) as reply:
            assert reply.status == 200
    info = backend.client.info()
    assert (info.title, info.version[:2]) == ("qdrant - vector search engine", "1.")


def test_collection_lifecycle(backend: Backend, name: str) -> None:
    client = backend.client
    assert not client.collection_exists(name)
    assert client.create_collection(
        name,
        vectors_config={
            "dense": models.VectorParams(
                size=3, distance=models.Distance.DOT, hnsw_config=models.HnswConfigDiff(m=8)
            ),
            "multi": models.VectorParams(
                size=2,
                distance=models.Distance.COSINE,
                multivector_config=models.MultiVectorConfig(
                    comparator=models.MultiVectorComparator.MAX_SIM
                ),
            ),
        },
        sparse_vectors_config={"words": models.SparseVectorParams(modifier=models.Modifier.IDF)},
        hnsw_config=models.HnswConfigDiff(ef_construct=64),
        optimizers_config=models.OptimizersConfigDiff(indexing_threshold=5000),
        quantization_config=models.ScalarQuantization(
            scalar=models.ScalarQuantizationConfig(type=models.ScalarType.INT8, always_ram=True)
        ),
        on_disk_payload=True,
    )
    assert client.collection_exists(name)
    assert name in [c.name for c in client.get_collections().collections]
    info = client.get_collection(name)
    assert (info.points_count, info.status) == (0, models.CollectionStatus.GREEN)
    params = info.config.params
    assert isinstance(params.vectors, dict)
    assert params.vectors["dense"].distance == models.Distance.DOT
    assert params.vectors["multi"].multivector_config is not None
    assert params.sparse_vectors is not None
    assert params.sparse_vectors["words"].modifier == models.Modifier.IDF
    if backend.kind != "memory":
        assert info.config.hnsw_config.ef_construct == 64
        assert info.config.optimizer_config.indexing_threshold == 5000
        assert info.config.quantization_config is not None
    assert client.delete_collection(name)
    assert not client.collection_exists(name)


def test_collection_is_updated(backend: Backend, own: str) -> None:
    backend.without("memory")
    assert backend.client.update_collection(
        own,
        optimizers_config=models.OptimizersConfigDiff(indexing_threshold=12345),
        hnsw_config=models.HnswConfigDiff(ef_construct=77),
        vectors_config={"dense": models.VectorParamsDiff(hnsw_config=models.HnswConfigDiff(m=5))},
    )
    info = backend.client.get_collection(own)
    assert info.config.optimizer_config.indexing_threshold == 12345
    assert info.config.hnsw_config.ef_construct == 77
    assert isinstance(info.config.params.vectors, dict)
    hnsw = info.config.params.vectors["dense"].hnsw_config
    assert hnsw is not None
    assert hnsw.m == 5
    assert info.points_count == 5


def test_payload_schema_is_told_and_indexes_go(backend: Backend, own: str) -> None:
    backend.without("memory")
    schema = backend.client.get_collection(own).payload_schema
    assert {key: index.data_type.value for key, index in schema.items()} == {
        "n": "integer",
        "score": "float",
        "cat": "keyword",
        "tags": "keyword",
        "day": "datetime",
        "open": "bool",
        "title": "text",
    }
    assert schema["n"].points == 5
    assert isinstance(schema["title"].params, models.TextIndexParams)
    backend.client.delete_payload_index(own, "cat", wait=True)
    assert "cat" not in backend.client.get_collection(own).payload_schema


def test_aliases_stand_for_collections(client: QdrantClient, own: str) -> None:
    first, second = f"{own}-now", f"{own}-later"
    client.update_collection_aliases([alias_of(own, first)])
    assert client.count(first).count == 5
    client.upsert(first, [paper(0)], wait=True)
    assert client.collection_exists(first)
    client.update_collection_aliases(
        [
            models.RenameAliasOperation(
                rename_alias=models.RenameAlias(old_alias_name=first, new_alias_name=second)
            )
        ]
    )
    names = [(a.alias_name, a.collection_name) for a in client.get_collection_aliases(own).aliases]
    assert names == [(second, own)]
    assert (second, own) in [
        (a.alias_name, a.collection_name) for a in client.get_aliases().aliases
    ]
    client.update_collection_aliases(
        [models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=second))]
    )
    assert client.get_collection_aliases(own).aliases == []


def test_alias_changes_happen_together_or_not_at_all(backend: Backend, own: str) -> None:
    backend.without("memory")
    alias = f"{own}-x"
    with pytest.raises(UnexpectedResponse):
        backend.client.update_collection_aliases([alias_of(own, alias), alias_of("nowhere", alias)])
    assert backend.client.get_collection_aliases(own).aliases == []


def test_alias_is_switched_under_load(backend: Backend, own: str) -> None:
    backend.without("memory")
    other, alias = f"{own}-b", f"{own}-live"
    client = backend.client
    client.create_collection(other, vectors_config={"dense": dense_of()})
    point = models.PointStruct(id=1, vector={"dense": [1.0, 0, 0]}, payload={"n": 1})
    client.upsert(other, [point], wait=True)
    client.update_collection_aliases([alias_of(own, alias)])
    stop = threading.Event()

    def read() -> set[int]:
        seen = set()
        while not stop.is_set():
            got = client.query_points(alias, query=[1.0, 0, 0], using="dense", limit=9)
            seen.add(len(got.points))
        return seen

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        for turn in range(40):
            drop = models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=alias))
            client.update_collection_aliases([drop, alias_of([other, own][turn % 2], alias)])
        stop.set()
        assert set().union(*(reader.result() for reader in readers)) == {5, 1}
    client.delete_collection(other)
