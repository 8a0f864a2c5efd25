"""What is refused is refused alike by all vector servers."""

from typing import Any

import httpx
import pytest
from qdrant_client import models
from qdrant_client.http.exceptions import UnexpectedResponse

from vector_servers import MARKS, Backend

pytestmark = MARKS


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
