from collections.abc import Callable
from typing import Any

from litestar.testing import AsyncTestClient

from common.events import PaperMeta
from fakes_gateway import World
from gateway.api.search import ASKED
from gateway.wiring import PAGED

Client = AsyncTestClient[Any]


async def test_the_state_of_the_system(
    client: Client, world: World, meta: Callable[..., PaperMeta]
) -> None:
    world.add(meta(), "arxiv:2401.00001")
    found = (await client.get("/api/v1/status")).json()
    assert (found["papers"], found["version"]) == (1, "1.2.3")
    assert found["stores"] == [{"name": "nats", "reachable": True, "problem": ""}]


async def test_what_is_down_is_named_and_the_rest_still_told(client: Client, world: World) -> None:
    world.index.down = world.bus.down = True
    found = (await client.get("/api/v1/status")).json()
    assert found["papers"] is None
    assert found["last_sequence"] is None
    assert found["stores"][0]["problem"] == "nats: gone"


async def test_health(client: Client, world: World) -> None:
    assert (await client.get("/health/live")).json()["status"] == "ok"
    assert (await client.get("/health/ready")).status_code == 200
    world.bus.down = True
    assert (await client.get("/health/live")).status_code == 200
    answer = await client.get("/health/ready")
    # it was ready a moment ago, and one look is no proof
    assert (answer.status_code, answer.json()["problems"]) == (200, ["nats"])


async def test_health_before_it_was_ever_ready(client: Client, world: World) -> None:
    world.bus.down = True
    for path in ("/health/ready", "/health"):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["status"]) == (503, "loading")


async def test_health_of_the_whole(
    client: Client, world: World, meta: Callable[..., PaperMeta]
) -> None:
    world.add(meta(), "arxiv:2401.00001")
    answer = await client.get("/health")
    expected = {"status": "ok", "papers": 1, "deps": {"nats": "ok"}, "problems": []}
    told = {"version": "1.2.3", "service": "gateway"}
    assert (answer.status_code, answer.json()) == (200, expected | told)
    world.bus.down = world.index.down = True
    answer = await client.get("/health")
    expected |= {"status": "degraded", "papers": None, "deps": {"nats": "down"}}
    assert (answer.status_code, answer.json()) == (200, expected | told | {"problems": ["nats"]})


async def test_metrics_are_prometheus_text(client: Client) -> None:
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "# HELP" in answer.text


async def test_openapi_names_every_parameter_a_route_knows(client: Client) -> None:
    found = (await client.get("/api/v1/openapi.json")).json()
    assert found["openapi"].startswith("3.1")
    asked = {p["name"] for p in found["paths"]["/api/v1/search"]["get"]["parameters"]}
    assert asked == {*ASKED, "explain", *PAGED}
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], (path, method)
            assert operation["description"], (path, method)
    assert "examples" in str(found["components"]["schemas"])
