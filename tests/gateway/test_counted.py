"""Requests are counted by template, never by what was asked."""

import asyncio
from typing import Any

import pytest
from litestar.testing import AsyncTestClient
from prometheus_client import REGISTRY

from fakes_gateway import World
from gateway import app
from gateway.counted import Counted
from gateway.edge import Edge
from gateway.gate import LOCAL_NAMES, Gate
from gateway.hub import Hub

COUNT, TIMED = "paperbus_http_requests_total", "paperbus_http_request_duration_seconds_count"


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.mark.parametrize(
    ("method", "path", "route", "status"),
    [
        ("GET", "/api/v1/papers/2401.00001", "/api/v1/papers/{paper}", 404),
        ("GET", "/api/v1/papers/hep-th/9901001/timeline", "/api/v1/papers/{paper}/timeline", 404),
        ("GET", "/health/live", "/health/live", 200),
        ("HEAD", "/health/live", "/health/live", 200),
        ("GET", "/nobody/knows/2401.00001", "unmatched", 404),
        ("BREW", "/health/live", "unmatched", 405),
        ("GET", "/api/v1/search?q=graph", "/api/v1/search", 200),
    ],
)
async def test_labels(world: World, method: str, path: str, route: str, status: int) -> None:
    gate = Gate("", hosts=LOCAL_NAMES)
    made = Counted(Edge(app.create(world.stores(), Hub(world.bus), gate), gate))
    labels = {"method": method if method != "BREW" else "OTHER", "route": route}
    before = value(COUNT, **labels, status=str(status)), value(TIMED, **labels)
    searched = value("paperbus_search_duration_seconds_count", mode="hybrid")
    async with AsyncTestClient(made, base_url="http://127.0.0.1:8080") as client:
        answer = await client.request(method, path)
    assert answer.status_code == status
    after = value(COUNT, **labels, status=str(status)), value(TIMED, **labels)
    assert (after[0] - before[0], after[1] - before[1]) == (1, 1)
    again = value("paperbus_search_duration_seconds_count", mode="hybrid")
    assert again - searched == ("search" in path)


async def test_a_live_stream_is_counted_while_it_is_open_and_not_timed() -> None:
    opened, leave = asyncio.Event(), asyncio.Event()

    async def stream(scope: Any, receive: Any, send: Any) -> None:
        scope["path_template"] = "/events"
        headers = [(b"content-type", b"text/event-stream; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        opened.set()
        await leave.wait()
        raise ConnectionResetError

    async def send(message: Any) -> None:
        """Takes everything."""

    scope: Any = {"type": "http", "method": "GET"}
    nothing: Any = None
    before = value("paperbus_sse_clients")
    running = asyncio.create_task(Counted(stream)(scope, nothing, send))
    await asyncio.wait_for(opened.wait(), 60)
    assert value("paperbus_sse_clients") == before + 1
    leave.set()
    with pytest.raises(ConnectionResetError):
        await running
    assert value("paperbus_sse_clients") == before
    assert value(COUNT, method="GET", route="/events", status="200") == 1
    assert value(TIMED, method="GET", route="/events") == 0


async def test_what_is_no_request_is_passed_on() -> None:
    seen = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    nothing: Any = None
    scope: Any = {"type": "lifespan"}
    await Counted(inner)(scope, nothing, nothing)
    assert seen == ["lifespan"]
