"""Rules L8 and the host header: what a stranger sends to the API ends as one of its problems."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from litestar.testing import AsyncTestClient

from fakes_gateway import World
from gateway import app
from gateway.app import MAX_BODY_BYTES
from gateway.edge import Edge
from gateway.gate import LOCAL_NAMES, Gate
from gateway.hub import Hub

Client = AsyncTestClient[Any]
JSON = {"content-type": "application/json"}
BODIES = {
    "deep list": b"[" * 100_000,
    "deep object": b'{"a":' * 100_000,
    "deep and closed": b"[" * 5000 + b"]" * 5000,
    "deep in a field": b'{"query": ' + b"[" * 50_000,
    "not a number": b'{"name": NaN, "limit": Infinity}',
    "endless integer": b'{"ids": ["1"], "limit": 1' + b"0" * 5000 + b"}",
    "unknown field": b'{"made_up_by_me": 1}',
    "a field that is also injected": b'{"filters": [null], "stores": 1, "page": []}',
    "no text": b"\xff\xfe\x00",
    "half": b'{"name": "x"',
    "null": b"null",
    "list": b"[1, 2]",
    "nul in a key": b'{"na\\u0000me": "x"}',
    "half a surrogate": b'{"name": "\\ud800"}',
    "more than fits": b'"' + b"x" * (MAX_BODY_BYTES + 1) + b'"',
}


def made() -> tuple[Litestar, Edge]:
    world = World()
    gate = Gate("", hosts=LOCAL_NAMES)
    inner = app.create(world.stores(), Hub(world.bus), gate)
    return inner, Edge(inner, gate)


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with AsyncTestClient(made()[1], base_url="http://127.0.0.1:8080") as found:
        yield found


def changing() -> list[tuple[str, str]]:
    """Every route of the API that takes a body."""
    return sorted(
        (method, re.sub(r"\{\w+:\w+\}", "x1", route.path))
        for route in made()[0].routes
        if isinstance(route, HTTPRoute) and route.path.startswith("/api/")
        for handler in route.route_handlers
        for method in handler.http_methods & {"POST", "PUT", "PATCH"}
    )


@pytest.mark.parametrize("name", BODIES)
async def test_a_hostile_body_is_a_problem_of_its_sender(client: Client, name: str) -> None:
    ways = changing()
    assert len(ways) > 5
    for method, path in ways:
        answer = await client.request(method, path, content=BODIES[name], headers=JSON)
        if name == "null" and answer.status_code < 300:
            continue  # where the body may be left out
        assert answer.status_code in (400, 404, 409, 413, 415, 422), (method, path, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert len(answer.content) < 4000


@pytest.mark.parametrize(
    "host",
    [
        *(
            "evil.example",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "",
            "169.254.169.254",
        ),
        *(
            "evil.example:8080",
            "127.0.0.1@evil.example",
            "evil.example#127.0.0.1",
            "[::1].evil.org",
        ),
        *("LOCALHOST.", "127.0.0.1\\@evil", "0.0.0.0", "2130706433", "[::1"),
    ],
)
async def test_a_page_under_a_name_of_somebody_else_is_refused(client: Client, host: str) -> None:
    for path in ("/", "/api/v1/papers", "/api/v1/events", "/static/app.css"):
        answer = await client.get(path, headers={"host": host})
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "name",
    [
        *("..%2f..%2fapp.py", "%2e%2e/app.py", "....//app.py", "app.css%00.py", "C:%5Cx", "%c0%ae"),
        *("x" * 5000, "\u202eapp.css", "app.css/../../x", "~root", "%25%32%65"),
    ],
)
async def test_files_are_known_by_name_only(client: Client, name: str) -> None:
    answer = await client.get(f"/static/{name}")
    assert answer.status_code in (400, 404)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "paper",
    [
        *(
            "../../etc/passwd",
            "upload:../../x",
            "arxiv:..%2f..",
            "upload:%00",
            "$KV.watches.x",
            ">",
        ),
        *("ledger.*.x", "*", "arxiv:" + "9" * 5000, "doi:10.1/\u202e", "upload:" + "g" * 64, "%"),
        *("doi:10.1000/a b", "doi:10.1000/%0d%0aNats-Rollup:%20all"),
    ],
)
async def test_a_paper_id_never_leaves_its_place(client: Client, paper: str) -> None:
    for part in ("", "/pdf", "/summary", "/timeline", "/passages", "/similar"):
        answer = await client.get(f"/api/v1/papers/{paper}{part}")
        assert answer.status_code in (400, 404), answer.text


async def test_headers_and_cookies_of_any_size_are_not_an_error_of_ours(client: Client) -> None:
    for headers in (
        {"last-event-id": "9" * 4000},
        {"cookie": "paperbus=" + "x" * 4000},
        {"idempotency-key": "\x7f" * 300},
        {"authorization": "Bearer " + "\u00ff" * 100},
        {"accept": "text/" + "x" * 3000},
        {"if-none-match": '"' * 1000},
    ):
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        answer = await client.get("/api/v1/papers", headers=raw)
        assert answer.status_code < 500
