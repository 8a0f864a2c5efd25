import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookies import Morsel, SimpleCookie
from typing import Any

import httpx
import pytest
from litestar.testing import AsyncTestClient

from fakes_gateway import World
from gateway import app
from gateway.edge import Edge
from gateway.gate import COOKIE, MAX_FAILURES, Gate
from gateway.hub import Hub
from gateway.pages import signin

KEY = "k" * 40
PLACE = "http://papers.example"
Client = AsyncTestClient[Any]
OUTSIDE = [
    "//evil.example",
    "https://evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "/a\r\nSet-Cookie: x=y",
    "evil.example",
    "",
]


@asynccontextmanager
async def reached(gate: Gate, place: str = PLACE) -> AsyncIterator[Client]:
    world = World()
    made = Edge(app.create(world.stores(), Hub(world.bus), gate), gate)
    async with AsyncTestClient(made, base_url=place) as client:
        client.follow_redirects = False
        yield client


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signin, "WRONG_S", 0.0)


async def enter(client: Client, key: str = KEY, **more: str) -> httpx.Response:
    return await client.post("/signin", data={"key": key, **more})


def cookie(answer: httpx.Response) -> "Morsel[str]":
    found: SimpleCookie = SimpleCookie()
    for line in answer.headers.get_list("set-cookie"):
        found.load(line)
    assert set(found) == {COOKIE}
    return found[COOKIE]


async def test_the_key_opens_and_signing_out_closes() -> None:
    async with reached(Gate(KEY, hosts=None)) as client:
        assert (await client.get("/feeds")).status_code == 401
        answer = await enter(client, next="/feeds?x=1")
        assert (answer.status_code, answer.headers["location"]) == (303, "/feeds?x=1")
        assert (await client.get("/feeds")).status_code == 200
        out = await client.post("/signout")
        assert (out.status_code, out.headers["location"]) == (303, "/signin")
        assert (cookie(out)["max-age"], cookie(out).value) == ("0", "")
        assert (await client.get("/feeds")).status_code == 401


@pytest.mark.parametrize(
    ("place", "public", "secure"),
    [
        (PLACE, "", False),
        ("https://papers.example", "", True),
        (PLACE, "https://papers.example", True),
        (PLACE, "http://papers.example", False),
    ],
)
async def test_the_cookie_is_kept_from_scripts_other_sites_and_open_wires(
    place: str, public: str, secure: bool
) -> None:
    async with reached(Gate(KEY, hosts=None, public_url=public, session_s=900), place) as client:
        made = cookie(await enter(client))
        assert made["httponly"] is True
        assert made["samesite"].lower() == "strict"
        assert made["path"] == "/"
        assert made["max-age"] == "900"
        assert made["domain"] == ""
        assert bool(made["secure"]) is secure
        assert KEY not in made.value


async def test_a_wrong_key_gives_no_session() -> None:
    async with reached(Gate(KEY, hosts=None)) as client:
        for key in ("", "x", KEY[:-1], KEY + "k", KEY.upper(), "é" * 40, "\x00"):
            answer = await enter(client, key, next="/feeds")
            assert answer.status_code == 401, key
            assert "That is not the key" in answer.text
            assert "set-cookie" not in answer.headers
            assert 'name="next" value="/feeds"' in answer.text, "what was asked for is not lost"
            assert key == "" or f'value="{key}"' not in answer.text
        assert (await client.get("/feeds")).status_code == 401


async def test_blanks_around_a_pasted_key_are_forgiven() -> None:
    async with reached(Gate(KEY, hosts=None)) as client:
        assert (await enter(client, f" {KEY}\r\n")).status_code == 303


NO_FORMS = [
    (b"", "application/x-www-form-urlencoded"),
    (b"key=%ff%fe", "application/x-www-form-urlencoded"),
    (b"key=%ED%A0%80", "application/x-www-form-urlencoded"),
    (b'{"key":"x"}', "application/json"),
    (b"", "text/plain"),
]


async def test_what_is_no_form_is_a_wrong_key() -> None:
    async with reached(Gate(KEY, hosts=None)) as client:
        for body, kind in NO_FORMS:
            answer = await client.post("/signin", content=body, headers={"Content-Type": kind})
            assert answer.status_code == 401, (body, kind)
            assert "set-cookie" not in answer.headers


async def test_nobody_is_led_away() -> None:
    async with reached(Gate(KEY, hosts=None)) as client:
        for place in OUTSIDE:
            assert (await enter(client, next=place)).headers["location"] == "/", place
            shown = await client.get("/signin", params={"next": place})
            assert 'name="next" value="/"' in shown.text, place
    async with reached(Gate("", hosts=None)) as client:
        for place in OUTSIDE:
            answer = await client.get("/signin", params={"next": place})
            assert (answer.status_code, answer.headers["location"]) == (303, "/"), place


async def test_too_many_wrong_keys_have_to_wait_also_with_the_right_one() -> None:
    gate = Gate(KEY, hosts=None)
    async with reached(gate) as client:
        for _ in range(MAX_FAILURES - 1):
            gate.failed(time.monotonic())
        assert (await enter(client, "wrong")).status_code == 401
        answer = await enter(client)
        assert answer.status_code == 429
        assert answer.headers["retry-after"] == "60"
        assert "set-cookie" not in answer.headers


async def test_another_site_can_neither_sign_in_nor_out() -> None:
    async with reached(Gate(KEY, hosts=None)) as client:
        for place in ("/signin", "/signout"):
            headers = {"Origin": "https://evil.example"}
            answer = await client.post(place, data={"key": KEY}, headers=headers)
            assert answer.status_code == 403
            assert "set-cookie" not in answer.headers


async def test_where_no_key_is_set_nobody_signs_in() -> None:
    async with reached(Gate("", hosts=None)) as client:
        answer = await client.get("/signin?next=/feeds")
        assert (answer.status_code, answer.headers["location"]) == (303, "/feeds")
        assert (await enter(client, "")).status_code == 401
