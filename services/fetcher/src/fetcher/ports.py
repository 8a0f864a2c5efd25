"""What the cores need from outside, as small protocols."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol, TypeVar

import msgspec

from common.events import Message, ObjectRef, PaperAnnounced

Now = Callable[[], datetime]
"""The time, aware of its zone."""


class Row(Protocol):
    """A ledger row, as far as the fetcher reads it."""

    @property
    def version(self) -> int:
        """The version the row is about."""

    @property
    def state(self) -> str:
        """announced, done, dead or cancelled."""

    @property
    def reason(self) -> str:
        """Why it is dead, or why a person cancelled it."""

    @property
    def epoch(self) -> int:
        """Raised by one with every deliberate redo."""

    @property
    def result(self) -> msgspec.Raw | None:
        """The stated fact as JSON."""


class LedgerEntry(Protocol):
    """A row with the sequence that guards it."""

    @property
    def row(self) -> Row:
        """The row."""


EntryT = TypeVar("EntryT", bound=LedgerEntry)


class Ledger(Protocol[EntryT]):
    """Reads rows; states an announcement, row and fact in one batch."""

    async def read(self, paper: str, row: str, /) -> EntryT | None:
        """The row ``row`` of a paper."""

    async def announce(self, event: PaperAnnounced, previous: EntryT | None, /) -> bool:
        """State the event; False when someone else was faster."""


class KvEntry(Protocol):
    """A stored value and the revision that guards it."""

    @property
    def value(self) -> bytes:
        """The bytes."""

    @property
    def revision(self) -> int:
        """The revision."""


KvEntryT_co = TypeVar("KvEntryT_co", bound=KvEntry, covariant=True)


class Kv(Protocol[KvEntryT_co]):
    """One bucket of small values."""

    async def get(self, key: str, /) -> KvEntryT_co | None:
        """The value, or None."""

    async def create(self, key: str, value: bytes, /) -> int | None:
        """The revision, or None when the key exists."""

    async def update(self, key: str, value: bytes, revision: int, /) -> int | None:
        """The new revision, or None when someone else was faster."""

    async def put(self, key: str, value: bytes, /) -> int:
        """Store without a guard."""

    async def delete(self, key: str, /) -> None:
        """Remove."""

    async def keys(self, prefix: str = "", /) -> list[str]:
        """All keys that begin with the prefix."""


AnyKv = Kv[KvEntry]


class Objects(Protocol):
    """Stores bodies by their content."""

    def put(self, prefix: str, body: bytes, content_type: str, /) -> Awaitable[ObjectRef]:
        """Store; the same bytes again is success."""


class Bus(Protocol):
    """Keeps schedules."""

    async def schedule(self, name: str, cron: str, message: Message, *, time_zone: str) -> None:
        """Have the server publish the message by the cron rule."""

    async def unschedule(self, name: str, /) -> None:
        """Stop that."""
