"""Every route asks for the key, unless it is on the short list here (rule L1)."""

from typing import Any

import pytest
from litestar.routes import HTTPRoute
from litestar.testing import AsyncTestClient

from fakes_gateway import World
from gateway import app
from gateway.gate import COOKIE, Gate
from gateway.hub import Hub

KEY = "k" * 40
PUBLIC = {
    "/favicon.ico",
    "/health",
    "/health/live",
    "/health/ready",
    "/health/startup",
    "/signin",
    "/static/{name:str}",
}
Client = AsyncTestClient[Any]


def every_route() -> list[tuple[str, str]]:
    world = World()
    made = app.create(world.stores(), Hub(world.bus), Gate(KEY, hosts=None))
    return sorted(
        (method, route.path)
        for route in made.routes
        if isinstance(route, HTTPRoute)
        for method in route.methods - {"OPTIONS"}
    )


def test_the_walk_sees_the_api() -> None:
    assert len(every_route()) > 30


@pytest.mark.parametrize(("method", "path"), every_route())
async def test_no_route_opens_without_the_key(guarded: Client, method: str, path: str) -> None:
    place = path.replace("{name:str}", "app.css")
    for part in ("schema", "health", "x/health", "static", "signin", "2401.00001"):
        named = place.replace("{paper:str}", part).replace("{watch_id:str}", part)
        named = named.replace("{path:str}", part)
        answer = await guarded.request(method, named, follow_redirects=False)
        if path in PUBLIC:
            assert answer.status_code != 401 or path == "/signin"
        elif "/" in part and "{paper" not in path:
            assert answer.status_code in (401, 404)
        else:
            assert answer.status_code == 401
            assert "Bearer" in answer.headers["www-authenticate"]


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer wrong", f"Basic {KEY}", f"Bearer {KEY}x"])
async def test_wrong_keys(guarded: Client, value: str) -> None:
    answer = await guarded.get("/api/v1/papers", headers={"Authorization": value})
    assert answer.status_code == 401


async def test_the_right_key_opens_the_api(guarded: Client) -> None:
    answer = await guarded.get("/api/v1/papers", headers={"Authorization": f"Bearer {KEY}"})
    assert answer.status_code == 200


async def test_a_browser_is_led_to_the_sign_in_and_back(guarded: Client) -> None:
    html = {"Accept": "text/html"}
    away = await guarded.get("/watches", headers=html, follow_redirects=False)
    assert (away.status_code, away.headers["location"]) == (303, "/signin?next=/watches")
    wrong = await guarded.post("/signin", data={"key": "x", "next": "/watches"}, headers=html)
    assert wrong.status_code == 401
    assert "not the key" in wrong.text
    right = await guarded.post(
        "/signin", data={"key": KEY, "next": "/watches"}, headers=html, follow_redirects=False
    )
    assert (right.status_code, right.headers["location"]) == (303, "/watches")
    cookie = right.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert KEY not in right.headers["set-cookie"]
    assert (await guarded.get("/watches", headers=html)).status_code == 200
    guarded.cookies.clear()
    assert (await guarded.get("/watches")).status_code == 401


async def test_the_cookie_is_secure_behind_https(world: World) -> None:
    gate = Gate(KEY, hosts=None, public_url="https://papers.example")
    made = app.create(world.stores(), Hub(world.bus), gate)
    async with AsyncTestClient(made) as client:
        answer = await client.post("/signin", data={"key": KEY}, follow_redirects=False)
    assert "secure" in answer.headers["set-cookie"].lower()


async def test_a_forged_cookie_opens_nothing(guarded: Client) -> None:
    guarded.cookies.set(COOKIE, "9999999999.abc.def")
    assert (await guarded.get("/api/v1/papers")).status_code == 401


async def test_guessing_is_slowed_down(guarded: Client) -> None:
    gate = Gate(KEY, hosts=None)
    for _ in range(20):
        gate.failed(0.0)
    assert not gate.may_try(1.0)
    assert (await guarded.post("/signin", data={"key": "x"})).status_code == 401
