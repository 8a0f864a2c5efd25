"""An answer from memory is what the application would answer, and nobody else's."""

from collections.abc import AsyncIterator, Callable, Hashable
from typing import Any

import pytest
from litestar.enums import ScopeType
from litestar.testing import AsyncTestClient
from litestar.types import ASGIApp, Receive, Scope, Send
from prometheus_client import REGISTRY

from common.events import PaperMeta
from common.settings import load
from fakes_gateway import World
from gateway import app
from gateway.counted import Counted
from gateway.edge import Edge
from gateway.gate import LOCAL_NAMES, Gate
from gateway.hub import Hub
from gateway.kept import Limits
from gateway.repeats import repeating, same_for_all
from gateway.settings import GatewaySettings

KEY = "k" * 40
LIMITS = Limits(answers=100, size_bytes=1 << 20, seconds=60.0)
SEARCH = "/api/v1/search?q=graph"
Meta = Callable[..., PaperMeta]
Client = AsyncTestClient[Any]


class Sight:
    """What the gateway knows, and how often the application was asked."""

    def __init__(self, world: World, gate: Gate, limits: Limits = LIMITS) -> None:
        self.state: Hashable | None = 1
        self.asked = 0
        self.inner = app.create(world.stores(), Hub(world.bus), gate)
        inner = self._counting(self.inner)
        self.whole = Counted(
            Edge(inner, gate, lambda app: repeating(app, gate, limits, lambda: self.state))
        )

    def _counting(self, inner: ASGIApp) -> ASGIApp:
        async def counting(scope: Scope, receive: Receive, send: Send) -> None:
            self.asked += scope["type"] == ScopeType.HTTP
            await inner(scope, receive, send)

        return counting


@pytest.fixture
def sight(world: World, meta: Meta) -> Sight:
    world.add(meta(), "arxiv:2401.00001")
    world.add(meta("Graph cuts"), "arxiv:2401.00002")
    return Sight(world, Gate("", hosts=LOCAL_NAMES))


@pytest.fixture
async def client(sight: Sight) -> AsyncIterator[Client]:
    async with AsyncTestClient(sight.whole, base_url="http://127.0.0.1:8080") as found:
        yield found


def outcome(name: str) -> float:
    return REGISTRY.get_sample_value("paperbus_answer_cache_total", {"outcome": name}) or 0.0


@pytest.mark.parametrize(
    "path",
    [
        SEARCH,
        "/api/v1/search?q=graph%20networks&limit=1",
        "/api/v1/papers",
        "/api/v1/papers?limit=1&category=cs.LG",
        "/api/v1/papers/2401.00001/similar",
        "/api/v1/passages?q=graph",
    ],
)
async def test_asked_again_it_is_the_same_in_all(client: Client, sight: Sight, path: str) -> None:
    first = await client.get(path)
    again = await client.get(path)
    head = await client.head(path)
    assert sight.asked == 1
    assert first.status_code == again.status_code == head.status_code == 200
    assert again.content == first.content
    assert again.headers == first.headers == head.headers
    assert head.content == b""
    assert "content-security-policy" in again.headers


async def test_who_has_it_already_gets_304(client: Client, sight: Sight) -> None:
    first = await client.get("/api/v1/papers")
    tag = {"If-None-Match": first.headers["etag"]}
    repeated = await client.get("/api/v1/papers", headers=tag)
    sight.state = 2
    worked_out = await client.get("/api/v1/papers", headers=tag)
    assert sight.asked == 2
    assert repeated.status_code == worked_out.status_code == 304
    assert repeated.headers == worked_out.headers
    other = await client.get("/api/v1/papers", headers={"If-None-Match": '"0"'})
    assert other.status_code == 200


async def test_a_change_of_the_index_is_seen_at_once(
    client: Client, sight: Sight, world: World, meta: Meta
) -> None:
    before = (await client.get(SEARCH)).json()
    world.add(meta("Graph colouring"), "arxiv:2401.00003")
    sight.state = 2
    after = (await client.get(SEARCH)).json()
    assert (len(before["items"]), len(after["items"])) == (2, 3)


async def test_a_change_while_it_is_worked_out_makes_an_old_answer(world: World) -> None:
    gate = Gate("", hosts=LOCAL_NAMES)
    sight = Sight(world, gate)

    async def changing(scope: Scope, receive: Receive, send: Send) -> None:
        await sight.inner(scope, receive, send)
        sight.asked += scope["type"] == ScopeType.HTTP
        sight.state = sight.asked

    sight.state = 0
    whole = Edge(repeating(changing, gate, LIMITS, lambda: sight.state), gate)
    async with AsyncTestClient(whole, base_url="http://127.0.0.1:8080") as client:
        await client.get("/api/v1/papers")
        await client.get("/api/v1/papers")
    assert sight.asked == 2


async def test_nothing_is_repeated_while_changes_are_not_followed(
    client: Client, sight: Sight
) -> None:
    await client.get(SEARCH)
    sight.state = None
    await client.get(SEARCH)
    await client.get(SEARCH)
    assert sight.asked == 3


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/search", 400),
        ("/api/v1/search?q=graph&mode=fuzzy", 400),
        ("/api/v1/papers?unknown=1", 400),
        ("/api/v1/papers/2401.99999/similar", 404),
        ("/api/v1/papers/2401.00001", 200),
        ("/api/v1/feeds", 200),
        ("/", 200),
    ],
)
async def test_mistakes_and_other_places_are_not_kept(
    client: Client, sight: Sight, path: str, status: int
) -> None:
    for _ in range(2):
        assert (await client.get(path)).status_code == status
    assert sight.asked == 2


async def test_a_failing_index_is_asked_again(client: Client, sight: Sight, world: World) -> None:
    world.index.down = True
    assert (await client.get(SEARCH)).status_code == 503
    world.index.down = False
    assert (await client.get(SEARCH)).status_code == 200


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        (b"q=graph+networks&limit=20&category=cs.LG&mode=hybrid", True),
        (b"q=ti:graph+-survey&sort=newest&explain=true", True),
        (b"q=staging:+a+survey", True),
        (b"q=tag:mine", False),
        (b"q=-TAG%3Amine", False),
        (b"q=graph&scope=library", False),
        (b"q=graph&read=false", False),
        (b"q=graph&sort=blend", False),
        (b"q=graph&anything=new", False),
    ],
)
def test_only_what_is_the_same_for_everyone_is_kept(query: bytes, *, kept: bool) -> None:
    assert same_for_all(query) is kept


async def test_the_key_is_asked_for_also_of_what_is_known(world: World, meta: Meta) -> None:
    world.add(meta(), "arxiv:2401.00001")
    sight = Sight(world, Gate(KEY, hosts=frozenset(("papers.example",))))
    mine = {"Authorization": f"Bearer {KEY}"}
    async with AsyncTestClient(sight.whole, base_url="http://papers.example") as client:
        assert (await client.get(SEARCH, headers=mine)).status_code == 200
        assert (await client.get(SEARCH, headers=mine)).status_code == 200
        assert sight.asked == 1
        assert (await client.get(SEARCH)).status_code == 401
        wrong = {"Authorization": "Bearer wrong"}
        assert (await client.get(SEARCH, headers=wrong)).status_code == 401
        elsewhere = {**mine, "Host": "evil.example"}
        assert (await client.get(SEARCH, headers=elsewhere)).status_code == 403


async def test_it_is_counted_by_route_and_outcome(client: Client) -> None:
    route = {"method": "GET", "route": "/api/v1/search", "status": "200"}
    count = "paperbus_http_requests_total"
    before = REGISTRY.get_sample_value(count, route) or 0.0
    told = {name: outcome(name) for name in ("repeated", "worked_out", "not_kept")}
    for path in (SEARCH, SEARCH, SEARCH, "/api/v1/search"):
        await client.get(path)
    assert (REGISTRY.get_sample_value(count, route) or 0.0) - before == 3
    after = {name: outcome(name) - was for name, was in told.items()}
    assert after == {"repeated": 2, "worked_out": 1, "not_kept": 1}


def test_it_can_be_switched_off(world: World) -> None:
    sight = Sight(world, Gate("", hosts=LOCAL_NAMES))
    off = repeating(sight.inner, Gate("", hosts=LOCAL_NAMES), LIMITS._replace(seconds=0), lambda: 1)
    assert off is sight.inner


def test_the_settings_say_how_much_is_kept() -> None:
    environ = {"GATEWAY_CACHE_S": "1.5", "GATEWAY_CACHE_MB": "2", "GATEWAY_CACHE_ANSWERS": "7"}
    assert load(GatewaySettings, environ).cached == Limits(7, 2 << 20, 1.5)
