import pytest
from litestar import Litestar, get, post
from litestar.testing import AsyncTestClient

from gateway.answers import Tagged, etag_of, has_tag

TAG = '"abc"'


@pytest.mark.parametrize(
    ("given", "has"),
    [
        (None, False),
        ("", False),
        ('"abc"', True),
        ('W/"abc"', True),
        ('"x", "abc" , "y"', True),
        ("*", True),
        ('*, "x"', False),
        ("abc", False),
        ('"abcd"', False),
    ],
)
def test_tags_a_client_may_have(given: str | None, has: bool) -> None:
    assert has_tag(given, TAG) is has


def test_a_tag_is_of_the_bytes_alone() -> None:
    assert etag_of(b"one") == etag_of(b"one") != etag_of(b"two")
    assert etag_of(b"").startswith('"')
    assert etag_of(b"").endswith('"')


@get("/value")
async def value() -> dict[str, str]:
    return {"naïve": "é"}


@get("/raw")
async def raw() -> bytes:
    return b"%PDF"


@get("/accepted", status_code=202)
async def accepted() -> list[int]:
    return [1]


@post("/value")
async def changed() -> dict[str, str]:
    return {"naïve": "é"}


def client() -> AsyncTestClient[Litestar]:
    routes = [value, raw, accepted, changed]
    return AsyncTestClient(Litestar(routes, response_class=Tagged, openapi_config=None))


async def test_who_has_it_gets_304_without_a_body() -> None:
    async with client() as web:
        first = await web.get("/value")
        assert (first.status_code, first.json()) == (200, {"naïve": "é"})
        assert first.headers["content-type"].startswith("application/json")
        assert first.headers["cache-control"] == "private, no-cache"
        tag = first.headers["etag"]
        assert tag == etag_of(first.content)
        again = await web.get("/value", headers={"If-None-Match": f'"other", W/{tag}'})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        other = await web.get("/value", headers={"If-None-Match": '"other"'})
        assert (other.status_code, other.content) == (200, first.content)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/value", 201), ("GET", "/raw", 200), ("GET", "/accepted", 202)],
)
async def test_only_what_is_read_as_json_has_a_tag(method: str, path: str, status: int) -> None:
    async with client() as web:
        answer = await web.request(method, path, headers={"If-None-Match": "*"})
        assert answer.status_code == status
        assert answer.content
        assert "etag" not in answer.headers
