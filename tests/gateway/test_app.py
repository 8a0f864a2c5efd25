import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.testing import AsyncTestClient

from fakes_gateway import World
from gateway import app
from gateway.access import PUBLIC
from gateway.app import MAX_BODY_BYTES
from gateway.cards import API
from gateway.gate import Gate
from gateway.hub import Hub

Client = AsyncTestClient[Any]
KEY = "k" * 40
OPEN_TO_ALL = {
    ("GET", "/health"),
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/health/startup"),
    ("GET", "/signin"),
    ("POST", "/signin"),
    ("GET", "/static/{name:str}"),
    ("GET", "/favicon.ico"),
}
UNDESCRIBED = {f"{API}/openapi.json", f"{API}/openapi"}
"""The description does not describe itself."""


class Way(NamedTuple):
    """One method of one path."""

    method: str
    path: str
    handler: HTTPRouteHandler

    @property
    def address(self) -> str:
        """A path that leads there."""
        return re.sub(r"\{\w+:\w+\}", "2401.00001", self.path)


def made(key: str = KEY) -> Litestar:
    world = World()
    return app.create(world.stores(), Hub(world.bus), Gate(key, hosts=None))


def ways() -> Iterator[Way]:
    for route in made().routes:
        assert isinstance(route, HTTPRoute), "another kind of route needs its own guard"
        for handler in route.route_handlers:
            for method in handler.http_methods - {"OPTIONS"}:
                yield Way(method, route.path, handler)


WAYS = sorted(ways(), key=lambda way: way[:2])


def test_no_route_is_public_by_accident() -> None:
    public = {(way.method, way.path) for way in WAYS if way.handler.opt.get(PUBLIC)}
    assert public == OPEN_TO_ALL


async def test_without_the_key_nothing_is_told(guarded: Client, world: World) -> None:
    closed = [way for way in WAYS if (way.method, way.path) not in OPEN_TO_ALL]
    assert len(closed) > 30
    for way in closed:
        answer = await guarded.request(way.method, way.address)
        assert answer.status_code == 401, way
        assert answer.json()["title"] == "Unauthorized"
        assert "Bearer" in answer.headers["www-authenticate"]
    assert world.bus.requests == []


async def test_every_page_leads_a_person_to_the_sign_in(guarded: Client) -> None:
    pages = [
        way.address
        for way in WAYS
        if way.method == "GET" and (way.method, way.path) not in OPEN_TO_ALL
        if not way.path.startswith((API, "/metrics"))
    ]
    assert len(pages) >= 6
    for page in pages:
        answer = await guarded.get(page, headers={"Accept": "text/html"}, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/signin?next={page}"


def test_every_route_of_the_api_is_described_and_has_a_name_of_its_own() -> None:
    described = made().openapi_schema.to_schema()
    told = {
        (method.upper(), path)
        for path, operations in described["paths"].items()
        for method in operations
    }
    there = {
        (way.method, re.sub(r":\w+\}", "}", way.path))
        for way in WAYS
        if way.path.startswith(API) and not way.path.startswith(tuple(UNDESCRIBED))
    }
    assert told == there
    operations = [one for path in described["paths"].values() for one in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert all(operation["tags"] and operation["summary"] for operation in operations)


@pytest.mark.parametrize(("key", "security"), [("", None), (KEY, [{"key": []}])])
def test_the_description_tells_whether_a_key_is_needed(key: str, security: Any) -> None:
    described = made(key).openapi_schema.to_schema()
    assert described.get("security") == security
    schemes = described.get("components", {}).get("securitySchemes", {})
    assert set(schemes) == ({"key"} if key else set())


ERRORS = [
    ("GET", "/nothing", "text/html", 404, "text/html"),
    ("GET", "/nothing", "*/*", 404, "application/problem+json"),
    ("GET", f"{API}/nothing", "text/html", 404, "application/problem+json"),
    ("DELETE", f"{API}/papers", "*/*", 405, "application/problem+json"),
    ("DELETE", "/", "text/html", 405, "text/html"),
    ("GET", f"{API}/papers?surprise=1", "*/*", 400, "application/problem+json"),
    ("GET", "/static/nothing.js", "text/html", 404, "application/problem+json"),
]


async def test_errors_are_pages_for_people_and_problems_for_programs(client: Client) -> None:
    for method, path, accept, status, kind in ERRORS:
        answer = await client.request(method, path, headers={"Accept": accept})
        assert answer.status_code == status, (method, path)
        assert answer.headers["content-type"].startswith(kind), (method, path)
        assert answer.headers["cache-control"] == "no-store"
        if kind != "text/html":
            told = answer.json()
            assert (told["status"], told["instance"]) == (status, path.partition("?")[0])


async def test_what_nobody_expected_is_not_told(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*given: Any, **more: Any) -> int:
        raise ZeroDivisionError("the secret of the house")

    monkeypatch.setattr(world.ledger, "timeline", broken)
    answer = await client.get(f"{API}/papers/2401.00001")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "ZeroDivision" not in answer.text


async def test_bodies_that_are_no_json_are_the_clients_fault(client: Client, world: World) -> None:
    headers = {"Content-Type": "application/json"}
    for body in (b"\xff\xfe", b'{"ids":["\xff"]}', b"[" * 50_000, b"", b"null"):
        answer = await client.post(f"{API}/papers", content=body, headers=headers)
        assert answer.status_code == 400, body[:20]
        assert answer.json()["detail"]
    assert world.bus.requests == []


async def test_bodies_are_limited(client: Client, world: World) -> None:
    answer = await client.post(f"{API}/papers", content=b"x" * (MAX_BODY_BYTES + 1))
    assert answer.status_code == 413
    assert world.bus.requests == []
