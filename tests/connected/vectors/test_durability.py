"""Our vector server alone: durability, indexes, keys, its command."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from servers import poll_until
from vector_servers import MARKS, Server, alias_of, dense_of

pytestmark = MARKS


def points_from(start: int, count: int) -> list[models.PointStruct]:
    return [
        models.PointStruct(id=i, vector=[float(i % 7), 1.0, 2.0], payload={"v": i})
        for i in range(start, start + count)
    ]


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    server = Server(tmp_path).start()
    client = QdrantClient(url=server.url, timeout=60, check_compatibility=False)
    client.create_collection("a", vectors_config=dense_of())
    client.create_payload_index("a", "v", models.PayloadSchemaType.INTEGER)
    client.update_collection_aliases([alias_of("a", "now")])
    for version in range(3):
        points = points_from(0, 20)
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
    client = QdrantClient(url=server.url, timeout=60, check_compatibility=False)
    client.create_collection("a", vectors_config=dense_of())
    acknowledged: set[int] = set()
    following = iter(range(10**9))

    def write() -> None:
        own = QdrantClient(url=server.url, timeout=60, check_compatibility=False)
        while True:
            i = next(following)
            try:
                own.upsert("a", points_from(i, 1), wait=True)
            except (ResponseHandlingException, UnexpectedResponse):
                break
            acknowledged.add(i)
        own.close()

    def are_written(count: int) -> Callable[[], bool]:
        return lambda: len(acknowledged) >= count

    for _ in range(4):
        with ThreadPoolExecutor(3) as pool:
            writers = [pool.submit(write) for _ in range(3)]
            try:
                poll_until(are_written(len(acknowledged) + 30), "too few are written")
            finally:
                server.stop(signal.SIGKILL)
            for writer in writers:
                writer.result()
        server.start()
        records, _ = client.scroll("a", limit=100_000)
        assert acknowledged <= {int(record.id) for record in records}
    server.stop()
    client.close()


def test_index_is_built_beside_the_writes(tmp_path: Path) -> None:
    server = Server(tmp_path).start()
    client = QdrantClient(url=server.url, timeout=60, check_compatibility=False)
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
    assert time.monotonic() - began < 20
