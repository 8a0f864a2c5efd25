"""The vector servers that one contract holds for, and the points its tests ask for."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from qdrant_client import QdrantClient, models

from servers import free_port

MARKS = [
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
    port: int = field(default_factory=free_port)
    """Kept from one start to the next, so that no outgoing connection may be given it."""
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
        assert f"ready on {self.url}" in line, line + self.process.stderr.read()
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


def real_url() -> Iterator[str]:
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


def create_papers(client: QdrantClient, name: str) -> str:
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
    client.upsert(name, [paper(i) for i in range(5)], wait=True)
    return name


def paper(i: int) -> models.PointStruct:
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


def alias_of(collection: str, alias: str) -> models.CreateAliasOperation:
    return models.CreateAliasOperation(
        create_alias=models.CreateAlias(collection_name=collection, alias_name=alias)
    )
