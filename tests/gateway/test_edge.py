from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from gateway.edge import one_segment, span_name

Client = AsyncTestClient[Any]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "localhost.evil.example"])
async def test_foreign_host_names_are_refused(client: Client, host: str) -> None:
    for path in ("/", "/api/v1/papers", "/health/live", "/nothing"):
        answer = await client.get(path, headers={"Host": host})
        assert answer.status_code == 403
        assert "GATEWAY_ALLOWED_HOSTS" in answer.json()["detail"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost:9999"},
    ],
)
async def test_other_sites_cannot_change_anything(client: Client, headers: dict[str, str]) -> None:
    for method, path in (
        ("POST", "/api/v1/papers"),
        ("POST", "/watches"),
        ("POST", "/feeds/ai-scholar/run"),
        ("DELETE", "/api/v1/watches/x"),
        ("PATCH", "/api/v1/watches/x"),
    ):
        answer = await client.request(method, path, headers=headers)
        assert answer.status_code == 403


async def test_every_answer_is_hardened(client: Client) -> None:
    for path in ("/", "/api/v1/papers", "/nothing", "/static/app.js", "/api/v1/papers/x"):
        headers = (await client.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "server" not in headers


@pytest.mark.parametrize(
    ("path", "inner"),
    [
        ("/api/v1/papers/2401.00001", "/api/v1/papers/2401.00001"),
        ("/api/v1/papers/hep-th/9901001", "/api/v1/papers/hep-th%2F9901001"),
        ("/api/v1/papers/hep-th/9901001/timeline", "/api/v1/papers/hep-th%2F9901001/timeline"),
        ("/paper/doi:10.1000/a/b", "/paper/doi:10.1000%2Fa%2Fb"),
        (
            "/api/v1/papers/https://a.org/abs/1/pdf",
            "/api/v1/papers/https:%2F%2Fa.org%2Fabs%2F1/pdf",
        ),
        ("/api/v1/papers", "/api/v1/papers"),
        ("/watches/x/switch", "/watches/x/switch"),
    ],
)
def test_ids_with_slashes_are_one_segment(path: str, inner: str) -> None:
    assert one_segment(path) == inner


async def test_head_is_get_without_the_body(client: Client) -> None:
    for path in ("/", "/api/v1/papers", "/static/app.js", "/health/live"):
        answer = await client.head(path)
        assert (answer.status_code, answer.content) == (200, b"")


def test_span_names_hold_no_ids() -> None:
    assert span_name("GET", "/api/v1/papers/arxiv:2401.00001/pdf") == "GET /api/v1/papers"
    assert span_name("POST", "/watches/ab12/switch") == "POST /watches"
