"""What the gateway needs from the stores: small protocols, met by the adapters of ``common``."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Annotated, Protocol

import msgspec

from common.bus import Fact
from common.events import Message, ObjectRef
from common.ledger import Entry
from common.pauses import Pause
from gateway.bucket import Kv
from gateway.letters import Letterbox
from gateway.notices import Notices
from gateway.readiness import Check, Readiness


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Which papers to consider; dates are days, ``None`` means either."""

    categories: tuple[str, ...] = ()
    feed: str = ""
    date_from: str = ""
    date_to: str = ""
    has_pdf: bool | None = None
    full_text: bool | None = None


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What the index keeps about the newest version of a paper."""

    paper: str
    version: int
    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    authors_total: int = 0
    categories: tuple[str, ...] = ()
    submitted: str = ""
    updated: str = ""
    announced: str = ""
    tldr: str = ""
    licence: str = ""
    has_pdf: bool = False
    full_text: bool = False
    withdrawn: bool = False
    feeds: tuple[str, ...] = ()


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """A paper a search found; a higher score is better, scores of two queries do not compare."""

    card: Card
    score: float


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A passage a search found; ``page`` 0 means that it is not from the PDF."""

    paper: str
    text: str
    score: float
    no: int = 0
    page: int = 0
    section: str = ""


class Index(Protocol):
    """The derived view that is searched; every method raises Unavailable."""

    async def newest(
        self, wanted: Filters, *, limit: int, after: str = ""
    ) -> tuple[list[Card], str]:
        """Cards, newest first, after the given place; and the next place, empty at the end."""

    async def search(
        self, text: str, wanted: Filters, *, mode: str, limit: int, offset: int = 0
    ) -> list[Scored]:
        """The best ``limit`` papers past the first ``offset``; mode hybrid, keyword or semantic.

        Ranks are stable as long as ``limit + offset`` is at most 100.
        """

    async def get(self, paper: str) -> Card | None:
        """The card of one paper, or None."""

    async def similar(self, paper: str, *, limit: int) -> list[Scored]:
        """Papers near this one, without it; empty when it is not in the index."""

    async def passages(self, text: str, *, paper: str, limit: int) -> list[Found]:
        """The passages of one paper that answer best."""

    async def count(self, wanted: Filters) -> int:
        """How many papers there are."""

    async def categories(self, *, limit: int) -> list[tuple[str, int]]:
        """The most frequent categories with their counts."""


class Timelines(Protocol):
    """The ledger as far as it is read here."""

    async def timeline(self, paper: str) -> list[Entry]:
        """The newest revision of every row of one paper, oldest first."""


class Bus(Protocol):
    """The bus as far as it is used here."""

    async def request(self, message: Message) -> int:
        """Ask a service for work; the sequence under which the request is kept."""

    def read(self, subjects: Sequence[str], *, after: int = 0) -> AsyncIterator[Fact]:
        """Facts after a sequence, then live ones, in order, for ever."""

    async def first_seq(self) -> int:
        """The oldest sequence that is kept."""

    async def last_seq(self) -> int:
        """The newest sequence."""


class Objects(Protocol):
    """The object store as far as it is read here."""

    async def get(self, ref: ObjectRef) -> bytes:
        """The body; raises Retryable when it is not there or damaged."""

    async def find(self, key: str) -> bytes | None:
        """The body under a key, or None."""

    async def put_at(self, key: str, body: bytes, content_type: str) -> ObjectRef:
        """Store a body under a key of its own; the first writer wins."""

    async def remove(self, key: str) -> None:
        """Take away what lies under a key."""


class FeedInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed's file says, as far as people need it."""

    name: Annotated[str, msgspec.Meta(examples=["ai-scholar"])] = ""
    title: str = ""
    description: str = ""
    kind: str = ""
    categories: tuple[str, ...] = ()
    schedule: str = ""
    time_zone: str = "UTC"
    enabled: bool = True


class Lag(msgspec.Struct, frozen=True, kw_only=True):
    """How much work waits for one consumer."""

    service: str
    event: str
    waiting: int
    in_work: int
    paused: Pause | None = None


class Stores(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the gateway reads and writes, wired once."""

    index: Index
    ledger: Timelines
    bus: Bus
    watches: Kv
    deliveries: Kv
    sources: Kv
    jobs: Kv
    letters: Letterbox
    objects: Objects
    checks: dict[str, Check]
    """Name of a dependency to what asks it."""
    readiness: Readiness
    """What those said last."""
    notices: Notices
    """The work on the system that people are told of."""
    lag: Callable[[], Awaitable[list[Lag]]]
    feeds: tuple[FeedInfo, ...] = ()
    """The feeds that are configured."""
    version: str = "0"
    is_on: Callable[[str], bool] = lambda _: True
    """Whether a switch of the operator is on."""
