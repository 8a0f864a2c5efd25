from typing import Any

import msgspec
import pytest
from litestar.exceptions import NotFoundException, ValidationException
from litestar.testing import AsyncTestClient

from common.errors import Full, Retryable, Terminal, Unavailable, UsageError
from gateway import problems
from gateway.failures import Conflict, Forbidden, Missing, TooMany, Unknown, Unprocessable

Client = AsyncTestClient[Any]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UsageError("q", "is empty"), 400),
        (Missing("gone"), 404),
        (Conflict("twice"), 409),
        (Unprocessable("other body"), 422),
        (Forbidden("no"), 403),
        (Unknown("who"), 401),
        (TooMany("slow", retry_s=9), 429),
        (Unavailable("qdrant", "refused"), 503),
        (Full("nats", "stream PAPERS is full", delay_s=15), 503),
        (Retryable("later", delay_s=7), 503),
        (RecursionError(), 400),
        (msgspec.DecodeError("bad"), 400),
        (NotFoundException(), 404),
        (ValidationException(extra=[{"key": "limit", "message": "Expected `int` <= 100"}]), 400),
        (Terminal("broken"), 500),
        (RuntimeError("secret detail"), 500),
    ],
)
def test_the_table(error: Exception, status: int) -> None:
    told = problems.answer(error, path="/x").problem
    assert told.status == status
    assert told.instance == "/x"
    assert "secret" not in msgspec.json.encode(told).decode()


def test_a_wrong_value_is_named_with_its_mend() -> None:
    error = ValidationException(extra=[{"key": "limit", "message": "Expected `int` <= 100"}])
    (told,) = problems.answer(error, path="/x").problem.errors
    assert told.field == "limit"
    assert "from 1 to 100" in told.message


def test_no_room_is_told_as_such_and_when_to_come_again() -> None:
    told = problems.answer(Full("nats", "stream PAPERS is full", delay_s=15), path="")
    assert "no room" in told.problem.detail
    assert told.headers["Retry-After"] == "15"


def test_waiting_is_told() -> None:
    assert problems.answer(Retryable("x", delay_s=7), path="").headers["Retry-After"] == "7"
    assert problems.answer(TooMany("x", retry_s=9), path="").headers["Retry-After"] == "9"


async def test_deep_nesting_is_a_bad_request(client: Client) -> None:
    deep = b"[" * 100_000
    for path in ("/api/v1/papers", "/api/v1/watches"):
        answer = await client.post(path, content=deep)
        assert answer.status_code in (400, 413)
        answer = await client.post(path, content=b'{"ids":' + b"[" * 5000)
        assert answer.status_code == 400


async def test_large_bodies_are_refused(client: Client) -> None:
    answer = await client.post("/api/v1/papers", content=b'{"ids":["' + b"x" * 400_000 + b'"]}')
    assert answer.status_code == 413


async def test_unknown_places_and_methods(client: Client) -> None:
    answer = await client.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert (await client.delete("/api/v1/papers")).status_code == 405


async def test_people_get_a_page(client: Client) -> None:
    answer = await client.get("/nothing", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "<h1>Not Found</h1>" in answer.text
