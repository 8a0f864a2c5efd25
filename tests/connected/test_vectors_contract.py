"""One contract for every vector server: our standalone one, qdrant-client's local mode, Qdrant."""

import asyncio
import math
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from qdrant_client import AsyncQdrantClient, QdrantClient, models
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

pytestmark = [
    pytest.mark.connected,
    pytest.mark.filterwarnings("ignore:Payload indexes have no effect"),
    pytest.mark.filterwarnings("ignore:Api key is used with an insecure connection"),
]
IMAGE = os.environ.get("QDRANT_IMAGE", "qdrant/qdrant:latest")
UUIDS = [str(uuid.UUID(int=7)), str(uuid.UUID(int=8))]


@dataclass
class Server:
    """Our server as a child process."""

    data: Path
    options: list[str] = field(default_factory=list)
    port: int = 0
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Server":
        command = [sys.executable, "-m", "standalone.vectors", "--port", str(self.port)]
        command += ["--data", str(self.data), *self.options]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert self.process.stderr is not None
        line = self.process.stderr.readline()
        found = re.search(r"ready on http://127\.0\.0\.1:(\d+)", line)
        assert found, line + self.process.stderr.read()
        self.port = int(found[1])
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        return self

    def stop(self, how: int = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(60)


@dataclass
class Backend:
    """What the tests talk to."""

    kind: str
    client: QdrantClient
    url: str = ""

    def without(self, *kinds: str) -> None:
        if self.kind in kinds:
            pytest.skip(f"{self.kind} cannot do this")


def _real_url() -> Iterator[str]:
    if url := os.environ.get("QDRANT_URL"):
        yield url
        return
    if not any(Path(p).exists() for p in ("/var/run/docker.sock", "/run/podman/podman.sock")):
        pytest.skip("no QDRANT_URL and no Docker engine")
    from testcontainers.core.container import DockerContainer

    with DockerContainer(IMAGE).with_exposed_ports(6333) as container:
        url = f"http://{container.get_container_host_ip()}:{container.get_exposed_port(6333)}"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{url}/readyz", timeout=2)
                break
            except OSError:
                time.sleep(0.2)
        yield url


@pytest.fixture(scope="module", params=["standalone", "memory", "qdrant"])
def backend(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Backend]:
    if request.param == "memory":
        client = QdrantClient(":memory:")
        yield Backend("memory", client)
        client.close()
    elif request.param == "standalone":
        server = Server(tmp_path_factory.mktemp("vectors")).start()
        client = QdrantClient(url=server.url, timeout=60)
        yield Backend("standalone", client, server.url)
        client.close()
        assert server.stop() == 0
    else:
        for url in _real_url():
            client = QdrantClient(url=url, timeout=60)
            yield Backend("qdrant", client, url)
            client.close()


@pytest.fixture
def client(backend: Backend) -> QdrantClient:
    return backend.client


@pytest.fixture
def name(client: QdrantClient) -> Iterator[str]:
    chosen = f"c-{uuid.uuid4().hex[:8]}"
    yield chosen
    client.delete_collection(chosen)


DENSE = [[1.0, 0.0, 0.0], [0.8, 0.6, 0.0], [0.0, 1.0, 0.0], [0.0, 0.6, 0.8], [-1.0, 0.0, 0.0]]
PAYLOADS: list[dict[str, Any]] = [
    {
        "n": i,
        "score": i / 2,
        "cat": ["cs.AI", "cs.LG"][i % 2],
        "tags": ["x", "y", "z"][: i % 3 + 1],
        "day": f"2026-06-{10 + i}T00:00:00Z",
        "title": ["a red fox", "a blue fox", "red sea", "deep sea", "fox in the sea"][i],
        "open": i % 2 == 0,
        "authors": [{"name": "Ann", "pos": i}, {"name": "Bob", "pos": 9}],
    }
    for i in range(5)
]
PAYLOADS[4]["gone"] = None


def dense_of(distance: models.Distance = models.Distance.COSINE) -> models.VectorParams:
    return models.VectorParams(size=3, distance=distance)


def _create_papers(client: QdrantClient, name: str) -> str:
    """Five points: one dense, one sparse and one IDF vector each, and payload with indexes."""
    client.create_collection(
        name,
        vectors_config={"dense": dense_of()},
        sparse_vectors_config={
            "plain": models.SparseVectorParams(),
            "idf": models.SparseVectorParams(modifier=models.Modifier.IDF),
        },
    )
    kinds = models.PayloadSchemaType
    text = models.TextIndexParams(
        type=models.TextIndexType.TEXT, tokenizer=models.TokenizerType.WORD, lowercase=True
    )
    schemas: dict[str, Any] = {
        "n": kinds.INTEGER,
        "score": kinds.FLOAT,
        "cat": kinds.KEYWORD,
        "tags": kinds.KEYWORD,
        "day": kinds.DATETIME,
        "open": kinds.BOOL,
        "title": text,
    }
    for key, schema in schemas.items():
        client.create_payload_index(name, key, schema, wait=True)
    client.upsert(name, [_paper(i) for i in range(5)], wait=True)
    return name


@pytest.fixture(scope="module")
def papers(backend: Backend) -> Iterator[str]:
    """Five papers that all tests read and none changes."""
    name = f"papers-{uuid.uuid4().hex[:8]}"
    yield _create_papers(backend.client, name)
    backend.client.delete_collection(name)


@pytest.fixture
def own(client: QdrantClient, name: str) -> str:
    """Five papers that one test may change."""
    return _create_papers(client, name)


def _paper(i: int) -> models.PointStruct:
    words = models.SparseVector(indices=[1, 10 + i], values=[1.0, 2.0])
    vector: Any = {"dense": DENSE[i], "plain": words, "idf": words}
    return models.PointStruct(id=i, vector=vector, payload=PAYLOADS[i])


def hits(response: models.QueryResponse) -> list[tuple[Any, float]]:
    return [(point.id, point.score) for point in response.points]


def near(pairs: list[tuple[Any, float]]) -> list[tuple[Any, Any]]:
    return [(id_, pytest.approx(score, abs=1e-4)) for id_, score in pairs]


def condition(key: str, **options: Any) -> models.FieldCondition:
    return models.FieldCondition(key=key, **options)


def only(*conditions: Any) -> models.Filter:
    return models.Filter(must=list(conditions))


# --- service and collections ---------------------------------------------------------------------


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


# --- points --------------------------------------------------------------------------------------


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


# --- filters, counts, facets ---------------------------------------------------------------------

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


# --- scroll --------------------------------------------------------------------------------------


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


# --- queries -------------------------------------------------------------------------------------

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
    client.upsert(own, [_paper(0)], wait=True)
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


# --- aliases -------------------------------------------------------------------------------------


def _alias(collection: str, alias: str) -> models.CreateAliasOperation:
    return models.CreateAliasOperation(
        create_alias=models.CreateAlias(collection_name=collection, alias_name=alias)
    )


def test_aliases_stand_for_collections(client: QdrantClient, own: str) -> None:
    first, second = f"{own}-now", f"{own}-later"
    client.update_collection_aliases([_alias(own, first)])
    assert client.count(first).count == 5
    client.upsert(first, [_paper(0)], wait=True)
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
        backend.client.update_collection_aliases([_alias(own, alias), _alias("nowhere", alias)])
    assert backend.client.get_collection_aliases(own).aliases == []


def test_alias_is_switched_under_load(backend: Backend, own: str) -> None:
    backend.without("memory")
    other, alias = f"{own}-b", f"{own}-live"
    client = backend.client
    client.create_collection(other, vectors_config={"dense": dense_of()})
    point = models.PointStruct(id=1, vector={"dense": [1.0, 0, 0]}, payload={"n": 1})
    client.upsert(other, [point], wait=True)
    client.update_collection_aliases([_alias(own, alias)])
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
            client.update_collection_aliases([drop, _alias([other, own][turn % 2], alias)])
        stop.set()
        assert set().union(*(reader.result() for reader in readers)) == {5, 1}
    client.delete_collection(other)


# --- errors --------------------------------------------------------------------------------------

DENSE_QUERY = {"query": [1.0, 0.0], "using": "dense"}
ERRORS: list[tuple[str, str, Any, int]] = [
    ("GET", "/collections/nowhere", None, 404),
    ("POST", "/collections/nowhere/points/query", {"query": [1.0]}, 404),
    ("PUT", "/collections/{name}", {"vectors": {"size": 3, "distance": "Dot"}}, 409),
    ("PUT", "/collections/{name}/points", {"points": [{"id": 1, "vector": {"dense": [1]}}]}, 400),
    ("PUT", "/collections/{name}/points", {"points": [{"id": 1, "vector": {"no": [1]}}]}, 400),
    ("PUT", "/collections/{name}/points", {"points": [{"id": -1, "vector": {}}]}, 400),
    ("PUT", "/collections/{name}/points", {"points": [{"id": "abc", "vector": {}}]}, 400),
    ("PUT", "/collections/{name}/points", b"{nonsense", 400),
    ("POST", "/collections/{name}/points/query", DENSE_QUERY, 400),
    ("POST", "/collections/{name}/points/query", {"query": [1.0, 0, 0], "using": "no"}, 400),
    ("POST", "/collections/{name}/points/query", {"query": 99, "using": "dense"}, 404),
    ("POST", "/collections/{name}/points/query", {"query": {"fusion": "rrf"}}, 400),
    ("POST", "/collections/{name}/points/query", {"filter": {"must": [{"kee": "n"}]}}, 400),
    ("POST", "/collections/{name}/points/query", {"limit": 0}, 422),
    ("POST", "/collections/{name}/points/scroll", {"order_by": "authors"}, 400),
    ("POST", "/collections/{name}/facet", {"key": "authors"}, 400),
    ("GET", "/collections/{name}/points/99", None, 404),
    ("GET", "/collections/{name}/snapshots/nothing.snapshot", None, 404),
    ("PUT", "/collections/{name}/index", {"field_name": "n", "field_schema": "nonsense"}, 400),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), ERRORS)
def test_error_has_qdrants_status_and_shape(
    backend: Backend, papers: str, method: str, path: str, body: Any, status: int
) -> None:
    backend.without("memory")
    url = backend.url + path.format(name=papers)
    if isinstance(body, bytes):
        reply = httpx.request(method, url, content=body, timeout=60)
    else:
        reply = httpx.request(method, url, json=body, timeout=60)
    assert reply.status_code == status, reply.text
    assert reply.json()["status"]["error"]
    assert backend.client.count(papers).count == 5


def test_refused_upsert_changes_nothing(backend: Backend, own: str) -> None:
    bad = [models.PointStruct(id=50, vector={"dense": [1.0, 0, 0]})]
    bad.append(models.PointStruct(id=51, vector={"dense": [1.0, 0]}))
    with pytest.raises((UnexpectedResponse, ValueError)):
        backend.client.upsert(own, bad, wait=True)
    if backend.kind != "memory":
        assert backend.client.count(own).count == 5


def test_deleting_what_is_not_there_is_no_error(backend: Backend) -> None:
    assert backend.client.delete_collection("never-there") is False or backend.kind == "memory"


# --- the asynchronous client, snapshots ----------------------------------------------------------


async def test_asynchronous_client(backend: Backend, own: str) -> None:
    backend.without("memory")
    client = AsyncQdrantClient(url=backend.url, timeout=60)
    answers = await asyncio.gather(
        *(client.query_points(own, query=[1.0, 0, 0], using="dense", limit=k) for k in (1, 2, 3))
    )
    assert [len(answer.points) for answer in answers] == [1, 2, 3]
    await asyncio.gather(*(client.upsert(own, [_paper(i)], wait=True) for i in range(5)))
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


# --- our server alone: durability, indexes, keys -------------------------------------------------


def _points(start: int, count: int) -> list[models.PointStruct]:
    return [
        models.PointStruct(id=i, vector=[float(i % 7), 1.0, 2.0], payload={"v": i})
        for i in range(start, start + count)
    ]


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    server = Server(tmp_path).start()
    client = QdrantClient(url=server.url, timeout=60)
    client.create_collection("a", vectors_config=dense_of())
    client.create_payload_index("a", "v", models.PayloadSchemaType.INTEGER)
    client.update_collection_aliases([_alias("a", "now")])
    for version in range(3):
        points = _points(0, 20)
        for point in points:
            point.payload = {"v": version}
        client.upsert("now", points, wait=True)
        assert server.stop() == 0
        server.start()
        assert [(r.payload or {})["v"] for r in client.scroll("now", limit=50)[0]] == [version] * 20
    assert client.get_collection("now").payload_schema["v"].points == 20
    assert server.stop(signal.SIGINT) == 0
    client.close()


def test_nothing_acknowledged_is_lost_by_kill_9(tmp_path: Path) -> None:
    server = Server(tmp_path).start()
    client = QdrantClient(url=server.url, timeout=60)
    client.create_collection("a", vectors_config=dense_of())
    acknowledged: set[int] = set()
    following = iter(range(10**9))

    def write() -> None:
        own = QdrantClient(url=server.url, timeout=60, check_compatibility=False)
        while True:
            i = next(following)
            try:
                own.upsert("a", _points(i, 1), wait=True)
            except (ResponseHandlingException, UnexpectedResponse):
                break
            acknowledged.add(i)
        own.close()

    for _ in range(4):
        before = len(acknowledged)
        with ThreadPoolExecutor(3) as pool:
            writers = [pool.submit(write) for _ in range(3)]
            deadline = time.monotonic() + 20
            while len(acknowledged) < before + 30 and time.monotonic() < deadline:
                time.sleep(0.01)
            server.stop(signal.SIGKILL)
            for writer in writers:
                writer.result()
        server.start()
        records, _ = client.scroll("a", limit=100_000)
        assert acknowledged <= {int(record.id) for record in records}
        assert len(acknowledged) >= before + 30
    server.stop()
    client.close()


def test_index_is_built_beside_the_writes(tmp_path: Path) -> None:
    server = Server(tmp_path).start()
    client = QdrantClient(url=server.url, timeout=60)
    threshold = models.OptimizersConfigDiff(indexing_threshold=100)
    params = models.VectorParams(size=32, distance=models.Distance.DOT)
    client.create_collection("a", vectors_config=params, optimizers_config=threshold)
    vectors = np.random.default_rng(1).normal(size=(4000, 32)).astype(np.float32)
    client.upload_collection("a", vectors=vectors, ids=range(4000), wait=True, batch_size=500)
    written = 4000
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        info = client.get_collection("a")
        if (info.indexed_vectors_count or 0) >= 4000:
            break
        point = models.PointStruct(id=written, vector=vectors[0].tolist(), payload={"late": True})
        client.upsert("a", [point], wait=True)
        client.delete("a", [written - 3500], wait=True)
        written += 1
    assert (client.get_collection("a").indexed_vectors_count or 0) >= 3000
    assert client.count("a").count == 4000
    late, _ = client.scroll(
        "a",
        scroll_filter=models.Filter(
            must=[models.HasIdCondition(has_id=list(range(4000, written)))]
        ),
        limit=10_000,
    )
    assert len(late) == written - 4000
    server.stop(signal.SIGKILL)
    server.start()
    assert client.count("a").count == 4000
    got = client.query_points(
        "a", query=vectors[3999].tolist(), search_params=models.SearchParams(hnsw_ef=512), limit=1
    )
    assert got.points[0].id == 3999
    server.stop()
    client.close()


def test_key_is_asked_for(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("s3cret-s3cret\n")
    server = Server(tmp_path / "data", ["--api-key-file", str(key)]).start()
    client = QdrantClient(url=server.url, api_key="s3cret-s3cret")
    assert client.get_collections().collections == []
    stranger = QdrantClient(url=server.url, api_key="guess", check_compatibility=False)
    with pytest.raises(UnexpectedResponse) as refused:
        stranger.get_collections()
    assert refused.value.status_code == 401
    with urllib.request.urlopen(f"{server.url}/healthz", timeout=5) as reply:
        assert reply.status == 200
    server.stop()
    client.close()
    stranger.close()


def _run(*options: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "standalone.vectors", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stderr


def test_command_refuses_what_cannot_work(tmp_path: Path) -> None:
    server = Server(tmp_path / "a").start()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        code, said = _run("--port", port, "--data", str(tmp_path / "b"))
        assert (code, "cannot listen" in said) == (2, True)
    code, said = _run("--port", "0", "--data", str(tmp_path / "a"))
    assert (code, "is in use by another server" in said) == (2, True)
    (tmp_path / "file").write_text("")
    code, said = _run("--port", "0", "--data", str(tmp_path / "file"))
    assert (code, "cannot write to" in said) == (2, True)
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 5
