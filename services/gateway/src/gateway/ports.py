"""What the gateway needs from the stores: small protocols, met by the adapters of ``common``."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Annotated, Protocol

import msgspec

from common.bus import Fact
from common.events import Message, ObjectRef
from common.ledger import Entry
from common.pauses import Pause
from gateway.bucket import Kv
from gateway.indexport import ALL_PAPERS as ALL_PAPERS
from gateway.indexport import Card as Card
from gateway.indexport import Filters as Filters
from gateway.indexport import Found as Found
from gateway.indexport import Index as Index
from gateway.indexport import Recommended as Recommended
from gateway.indexport import Scored as Scored
from gateway.indexport import Sought as Sought
from gateway.letters import Letterbox
from gateway.notices import Notices
from gateway.readiness import Check, Readiness
from gateway.shelf.shelves import Shelves
from gateway.upload.desk import Desk


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
    shelves: Shelves
    """What people say of papers."""
    letters: Letterbox
    objects: Objects
    checks: dict[str, Check]
    """Name of a dependency to what asks it."""
    readiness: Readiness
    """What those said last."""
    notices: Notices
    """The work on the system that people are told of."""
    lag: Callable[[], Awaitable[list[Lag]]]
    uploads: Desk
    """Where PDFs that people send are read."""
    feeds: tuple[FeedInfo, ...] = ()
    """The feeds that are configured."""
    version: str = "0"
    is_on: Callable[[str], bool] = lambda _: True
    """Whether a switch of the operator is on."""
    collection: Callable[[], str] = lambda: ""
    """Which collection the index asks now; another one after a change of model."""
