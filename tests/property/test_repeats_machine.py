"""Whatever happens in between, an answer from memory is the one the application would give."""

from collections.abc import Callable, Hashable
from functools import cache
from typing import Any, NamedTuple

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from litestar.types import ASGIApp

from common.events import PaperMeta
from fakes_gateway import World
from gateway import app
from gateway.answers import etag_of
from gateway.edge import Edge
from gateway.gate import LOCAL_NAMES, Gate
from gateway.hub import Hub
from gateway.indexnews import IndexNews, state_of
from gateway.kept import Limits
from gateway.repeats import repeating
from property.loops import Loop

OPEN = Gate("", hosts=LOCAL_NAMES)
PATHS = st.sampled_from(
    [
        ("/api/v1/search", b"q=graph"),
        ("/api/v1/search", b"q=graph%20networks&limit=1"),
        ("/api/v1/search", b"q=graph+networks&limit=1"),
        ("/api/v1/search", b"q=2401.00001"),
        ("/api/v1/search", b"q="),
        ("/api/v1/papers", b""),
        ("/api/v1/papers", b"limit=2"),
        ("/api/v1/papers", b"no=1"),
        ("/api/v1/papers/2401.00001/similar", b""),
        ("/api/v1/papers/2401.00002/similar", b"limit=1"),
    ]
)


class Sight(NamedTuple):
    """One application for all runs, as making one takes as long as a hundred answers."""

    world: World
    news: IndexNews
    off: set[str]
    app: ASGIApp
    state: Callable[[], Hashable | None]


@cache
def _sight() -> Sight:
    world, off = World(), set[str]()
    hub, stores = Hub(world.bus), world.stores(is_on=lambda flag: flag not in off)
    news = IndexNews(world.bus, hub.closing)
    return Sight(world, news, off, app.create(stores, hub, OPEN), state_of(news, hub, stores))


class RepeatsMachine(RuleBasedStateMachine):
    """Papers come, are changed and go; switches are thrown; two gateways are asked the same."""

    @initialize(answers=st.integers(1, 4))
    def begin(self, answers: int) -> None:
        self.run = Loop()
        self.sight = _sight()
        self.world, self.news = self.sight.world, self.sight.news
        self.world.index.cards.clear()
        self.world.index.down = False
        self.news.position = self.world.bus.last
        self.sight.off.clear()
        self.tagged: dict[bytes, Any] = {b'"0"': None}
        limits = Limits(answers, 100_000, 3600.0)
        kept = repeating(self.sight.app, OPEN, limits, self.sight.state)
        self.plain, self.kept = Edge(self.sight.app, OPEN), Edge(kept, OPEN)

    @rule(number=st.integers(1, 4), title=st.sampled_from(["Graph networks", "Graph", "Trees"]))
    def index(self, number: int, title: str) -> None:
        self.world.add(PaperMeta(title=title), f"arxiv:2401.{number:05d}")
        self._told()

    @rule(number=st.integers(1, 4))
    def remove(self, number: int) -> None:
        self.world.index.cards.pop(f"arxiv:2401.{number:05d}", None)
        self._told()

    @rule()
    def switch(self) -> None:
        self.sight.off.symmetric_difference_update({"search"})

    @rule(down=st.booleans())
    def fail(self, down: bool) -> None:
        self.world.index.down = down
        self._told()

    @rule(known=st.booleans())
    def follow(self, known: bool) -> None:
        self.news.position = self.world.bus.last if known else None

    @rule(question=PATHS, head=st.booleans(), nth=st.integers(0, 5))
    def ask(self, question: tuple[str, bytes], nth: int, *, head: bool) -> None:
        tags = list(self.tagged)[-1 - nth :][:1]
        given = self.run(_answer(self.kept, question, tags, "HEAD" if head else "GET"))
        wanted = self.run(_answer(self.plain, question, [], "GET"))
        if given.status == 304:
            assert given.headers[b"etag"] == tags[0]
            assert wanted.status == 200
            assert self.tagged[tags[0]] == wanted.said
            return
        assert given.status == wanted.status
        assert _timeless(given.headers) == _timeless(wanted.headers)
        if head:
            assert not given.body
        elif given.status == 200:
            assert given.said == wanted.said
            assert given.headers[b"etag"].decode() == etag_of(given.body)
            self.tagged[given.headers[b"etag"]] = given.said

    def _told(self) -> None:
        if self.news.position is not None:
            self.world.bus.last += 1
            self.news.position = self.world.bus.last

    def teardown(self) -> None:
        if hasattr(self, "run"):
            self.run.close()


class Given(NamedTuple):
    """What came over the wire."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes

    @property
    def said(self) -> Any:
        """The body, without how long it took."""
        told = msgspec.json.decode(self.body)
        told.pop("took_ms", None)
        return told


def _timeless(headers: dict[bytes, bytes]) -> dict[bytes, bytes]:
    """Without what follows from the digits of how long it took."""
    return {name: v for name, v in headers.items() if name not in (b"etag", b"content-length")}


async def _answer(
    whole: Edge, question: tuple[str, bytes], tags: list[bytes], method: str
) -> Given:
    path, query = question
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope: Any = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "headers": [(b"host", b"localhost"), *((b"if-none-match", tag) for tag in tags)],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "scheme": "http",
        "http_version": "1.1",
        "root_path": "",
    }
    await whole(scope, receive, send)
    start, body = sent
    return Given(start["status"], dict(start["headers"]), body["body"])


def test_an_answer_from_memory_is_the_applications_own() -> None:
    run_state_machine_as_test(
        RepeatsMachine,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
