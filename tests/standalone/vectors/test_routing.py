"""Requests find their handlers, whatever the name of the collection."""

from typing import Any

import pytest

from standalone.vectors import collection_routes, point_routes
from standalone.vectors.errors import RequestError
from standalone.vectors.http import MAX_BODY_BYTES, Request, read_body
from standalone.vectors.routing import find_handler
from standalone.vectors.write_json import Selector

ROUTES = collection_routes.ROUTES | point_routes.ROUTES


def _request(method: str, path: str, query: str = "") -> Request:
    scope: dict[str, Any] = {"method": method, "raw_path": path.encode()}
    return Request(scope | {"query_string": query.encode(), "headers": []})


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("GET", "/collections", "collections"),
        ("GET", "/collections/points", "collections/*"),
        ("POST", "/collections/aliases", "collections/aliases"),
        ("GET", "/collections/aliases/aliases", "collections/*/aliases"),
        ("POST", "/collections/a%2Fb/points/query/batch", "collections/*/points/query/batch"),
        ("GET", "/collections/a/points/7", "collections/*/points/*"),
        ("DELETE", "/collections/a/index/x.y%5B%5D", "collections/*/index/*"),
        ("PUT", "/collections/a/snapshots/recover", "collections/*/snapshots/recover"),
    ],
)
def test_route_is_found(method: str, path: str, route: str) -> None:
    assert find_handler(ROUTES, _request(method, path)) is ROUTES[method, route]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/"), ("POST", "/collections"), ("GET", "/collections/a/b/c/d")]
)
def test_no_route_is_none(method: str, path: str) -> None:
    assert find_handler(ROUTES, _request(method, path)) is None


def test_parts_and_query_are_decoded() -> None:
    request = _request("PUT", "/collections/a%2Fb%20c/points", "wait=true&timeout=5")
    assert request.parts == ["collections", "a/b c", "points"]
    assert request.wait


@pytest.mark.parametrize("body", [b"", b"{", b'{"points": "x"}', b"[1]", b'{"points": [-1]}'])
def test_bad_body_is_refused(body: bytes) -> None:
    request = _request("POST", "/collections/a/points/delete")
    request.body = body
    with pytest.raises(RequestError, match="Format error") as refused:
        request.json(Selector)
    assert refused.value.status == 400


async def test_large_body_is_refused() -> None:
    async def receive() -> dict[str, Any]:
        return {"body": bytes(MAX_BODY_BYTES // 2 + 1), "more_body": True}

    with pytest.raises(RequestError) as refused:
        await read_body(receive)
    assert refused.value.status == 413
