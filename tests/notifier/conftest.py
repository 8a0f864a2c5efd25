"""Doubles of what the notifier talks to, a paper, and a clock that is moved by hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from common.errors import ServiceError
from common.events import (
    Message,
    NotificationSent,
    ObjectRef,
    PaperEmbedded,
    PaperMeta,
    SummaryReady,
)
from common.kv import Entry
from common.watches import Mail, Watch, Webhook
from notifier.attempt import Attempts
from notifier.gathering import Gathering
from notifier.policy import Policy
from notifier.posts import Posts, Sending
from notifier.records import Records
from notifier.settings import NotifierSettings
from notifier.sweep import Sweep
from notifier.teller import Teller
from notifier.telling import Handing, Outcome, Telling
from notifier.watchlist import Watchlist

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
META = PaperMeta(
    title=r"Graph networks for $O(n^{2})$ Schr\"odinger problems",
    abstract="We train graph networks & more. <b>Bold</b> claims in $\\alpha$.",
    authors=tuple(f"Author {no}" for no in range(10)),
    categories=("cs.LG", "quant-ph"),
    abs_url="https://arxiv.org/abs/2401.00001",
)

POLICY = Policy(base_s=30, cap_s=3600, max_age_s=86400)


class Clock:
    """The present moment, moved by hand."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


class FakeKv:
    """A bucket in memory with revisions; ``broken`` makes every write raise."""

    def __init__(self) -> None:
        self.values: dict[str, Entry] = {}
        self.revision = 0
        self.broken: ServiceError | None = None
        self.reads = 0

    async def get(self, name: str) -> Entry | None:
        return self.values.get(name)

    async def create(self, name: str, value: bytes) -> int | None:
        return None if name in self.values else await self.put(name, value)

    async def update(self, name: str, value: bytes, revision: int) -> int | None:
        found = self.values.get(name)
        if found is None or found.revision != revision:
            return None
        return await self.put(name, value)

    async def put(self, name: str, value: bytes) -> int:
        if self.broken:
            raise self.broken
        self.revision += 1
        self.values[name] = Entry(value, self.revision)
        return self.revision

    async def delete(self, name: str) -> None:
        self.values.pop(name, None)

    async def keys(self, prefix: str = "") -> list[str]:
        return [name for name, _ in await self.items(prefix)]

    async def items(self, prefix: str = "") -> list[tuple[str, Entry]]:
        self.reads += 1
        return sorted(pair for pair in self.values.items() if pair[0].startswith(prefix))


class FakeChannel:
    """Gives outcomes from a list; an exception in it is raised, as a kill would end a try."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome | BaseException] = []
        self.sent: list[Telling] = []
        self.crash_before_handing = False

    def places(self, watch: Watch) -> tuple[str, ...]:
        return (watch.id,)

    async def send(self, telling: Telling, handing: Handing) -> Outcome:
        if self.crash_before_handing:
            raise KeyboardInterrupt
        if not await handing():
            return Outcome("lost")
        self.sent.append(telling)
        outcome = self.outcomes.pop(0) if self.outcomes else Outcome("sent", 200)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


class FakeBus:
    """Keeps notices; ``broken`` makes the next one raise."""

    def __init__(self) -> None:
        self.notices: list[NotificationSent] = []
        self.broken: ServiceError | None = None

    async def notice(self, message: Message) -> int:
        if self.broken:
            raise self.broken
        assert isinstance(message, NotificationSent)
        self.notices.append(message)
        return len(self.notices)


class World:
    """A notifier with everything around it in memory."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.kv = FakeKv()
        self.watches = FakeKv()
        self.channel = FakeChannel()
        self.bus = FakeBus()
        self.records = Records(self.kv)
        self.watchlist = Watchlist(self.watches, self.clock)
        self.flags = {"mail": True, "webhooks": True}
        self.teller = self.replica()

    def replica(self) -> Teller:
        """Another process over the same stores, as after a restart."""
        return Teller(self.records, self.attempts(), self.clock, self.flags.__getitem__)

    def attempts(self) -> Attempts:
        channels: dict[type, Any] = {Webhook: self.channel, Mail: self.channel}
        return Attempts(self.records, channels, self.bus, policy=POLICY, now=self.clock)

    def gathering(self, mail: Sending, **settings: Any) -> Gathering:
        """What sends digests by ``mail``, with nothing in its memory."""
        known = {"smtp_host": "mail", "smtp_from": "bus@example.org", **settings}
        posts = Posts(self.kv, mail, policy=POLICY, now=self.clock)
        own = NotifierSettings(**known)
        return Gathering(self.records, self.attempts(), posts, own=own, now=self.clock)

    def sweep(self, mail: Sending, **settings: Any) -> Sweep:
        """Another process that goes on with what is open."""
        gathering = self.gathering(mail, **settings)
        return Sweep(self.records, self.replica(), gathering, self.watchlist)

    async def add(self, watch: Watch) -> Watch:
        await self.watches.put(watch.id, msgspec.json.encode(watch))
        return watch


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def make_watch() -> Callable[..., Watch]:
    def make(name: str = "w1", *, mail: bool = False, **fields: Any) -> Watch:
        hook = Webhook(url=f"https://{name}.example/hook", secret=SECRET)
        known = {
            "id": name,
            "name": f"Watch {name}",
            "query": "graph",
            "channel": Mail(address=f"{name}@example.org") if mail else hook,
            "created": "2026-11-01T00:00:00Z",
        }
        return Watch(**{**known, **fields})

    return make


@pytest.fixture
def summary() -> SummaryReady:
    return SummaryReady(
        event_id="e1",
        at="2026-11-21T07:59:00Z",
        paper="arxiv:2401.00001",
        version=1,
        meta=META,
        tldr="Graphs win.",
        summary=ObjectRef(key="summary/x.json", sha256="0" * 64, size_bytes=1),
        model="extractive",
        recipe="r",
    )


@pytest.fixture
def embedded() -> PaperEmbedded:
    return PaperEmbedded(
        event_id="e2",
        at="2026-11-21T07:59:00Z",
        paper="arxiv:2401.00001",
        version=1,
        meta=META,
        text=ObjectRef(key="text/x.json", sha256="0" * 64, size_bytes=1),
        model="static",
        passages=1,
    )
