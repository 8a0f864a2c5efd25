import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from litestar.testing import AsyncTestClient

from common.errors import ServiceError, Terminal, Unavailable
from common.kv import key
from common.pauses import Pause
from fakes_gateway import World
from gateway import app, readiness, status
from gateway.gate import Gate
from gateway.hub import Hub
from gateway.ports import Card, Lag

Client = AsyncTestClient[Any]
WORK = Lag(service="indexer", event="paper.fetched", waiting=3, in_work=1)


def raising(error: Exception) -> Callable[[], Awaitable[None]]:
    async def check() -> None:
        raise error

    return check


async def fine() -> None:
    """Answers."""


async def silent(*given: Any, **more: Any) -> Any:
    await asyncio.Event().wait()


async def works() -> list[Lag]:
    return [WORK]


async def no_works() -> list[Lag]:
    raise Unavailable("nats", "refused")


async def test_everything_that_can_be_asked_is_told(world: World) -> None:
    for n in range(3):
        paper = f"arxiv:2401.{n:05d}"
        world.index.cards[paper] = Card(paper=paper, version=1, title="T", full_text=n > 0)
    world.bus.last = 42
    found = await status.view(world.stores(lag=works), streams=7)
    assert (found.papers, found.with_full_text, found.last_sequence) == (3, 2, 42)
    assert (found.live_streams, found.version, found.lag) == (7, "1.2.3", [WORK])
    assert [(one.name, one.reachable, one.problem) for one in found.stores] == [("nats", True, "")]


async def test_what_is_down_is_named_and_the_rest_is_told(world: World) -> None:
    world.index.down = world.bus.down = True
    found = await status.view(world.stores(lag=no_works), streams=1)
    assert (found.papers, found.with_full_text, found.last_sequence) == (None, None, None)
    assert (found.lag, found.live_streams) == ([], 1)
    assert not found.stores[0].reachable


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (Unavailable("qdrant", "refused"), "qdrant: refused"),
        (Terminal("wrong bucket"), "wrong bucket"),
        (ServiceError(), "ServiceError"),
    ],
)
async def test_failing_checks_say_why(world: World, error: Exception, told: str) -> None:
    checks = {"good": fine, "bad": raising(error)}
    assert await readiness.failing(checks) == {"bad": told}
    found = await status.view(world.stores(checks=checks), streams=0)
    assert [(one.name, one.reachable) for one in found.stores] == [("good", True), ("bad", False)]


async def test_a_mistake_of_ours_is_not_taken_for_a_store_that_is_down() -> None:
    with pytest.raises(ZeroDivisionError):
        await readiness.failing({"bad": raising(ZeroDivisionError())})


async def test_who_does_not_answer_in_time_does_not_hold_up_the_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "CHECK_S", 0.02)
    monkeypatch.setattr(world.index, "count", silent)
    monkeypatch.setattr(world.bus, "last_seq", silent)
    stores = world.stores(checks={"deaf": silent, "good": fine}, lag=silent)
    async with asyncio.timeout(60):
        found = await status.view(stores, streams=0)
    assert (found.papers, found.last_sequence, found.lag) == (None, None, [])
    assert {one.name: one.problem for one in found.stores} == {
        "deaf": "no answer within 0.02 s",
        "good": "",
    }


async def test_entries_nobody_can_read_do_not_break_their_page(
    client: Client, world: World
) -> None:
    for n, body in enumerate((b"", b"\xff", b'{"feed":"\xff"}', b'{"id":"\xff"}', b"[]")):
        await world.sources.put(key("run", "ai-scholar", str(n)), body)
        await world.watches.put(key(f"w{n}"), body)
        await world.deliveries.put(key("told", f"w{n}", "p", "summary"), body)
    for page in ("/feeds", "/watches", "/deliveries", "/status"):
        for path in (page, f"/api/v1{page}"):
            answer = await client.get(path)
            assert answer.status_code == 200, path


@pytest.mark.parametrize(
    ("pause", "words"),
    [
        (
            Pause(dependency="llm", since="2026-11-21T08:00:00Z", until="2026-11-21T08:01:00Z"),
            ("it waits for llm", "since 2026-11-21T08:00:00Z"),
        ),
        (
            Pause(
                state="waiting_budget",
                dependency="budget of the day",
                since="2026-11-21T08:00:00Z",
                until="2026-11-22T00:00:00Z",
            ),
            ("the budget of the day is used up", "until 2026-11-22T00:00:00Z"),
        ),
        (
            Pause(dependency="a person", until="2026-11-22T00:00:00Z"),
            ("it waits for a person", "until 2026-11-22T00:00:00Z"),
        ),
    ],
)
async def test_a_pause_is_shown_with_its_reason(
    world: World, pause: Pause, words: tuple[str, ...]
) -> None:
    async def paused() -> list[Lag]:
        return [msgspec.structs.replace(WORK, paused=pause)]

    made = app.create(world.stores(lag=paused), Hub(world.bus), Gate("", hosts=None))
    async with AsyncTestClient(made) as client:
        told = (await client.get("/api/v1/status")).json()["lag"][0]["paused"]
        page = (await client.get("/status")).text
    assert msgspec.convert(told, Pause) == pause
    for word in words:
        assert word in page
