"""The parts of the runtime that the notifier's cores use."""

from typing import Protocol

from common.events import Message
from common.kv import Entry
from common.ledger import Entry as RowEntry


class Notices(Protocol):
    """The bus, for notices."""

    async def notice(self, message: Message, /) -> int:
        """Publish once; the same event_id again is dropped by the server."""
        ...


class Rows(Protocol):
    """The ledger, for reading."""

    async def read(self, paper: str, row: str, /) -> RowEntry | None:
        """The newest revision of a row."""
        ...


class Reading(Protocol):
    """A bucket, for reading."""

    async def items(self, prefix: str = "", /) -> list[tuple[str, Entry]]:
        """All keys with their values."""
        ...


class Bucket(Reading, Protocol):
    """A bucket, for writing too."""

    async def get(self, name: str, /) -> Entry | None:
        """The value, or None."""
        ...

    async def create(self, name: str, value: bytes, /) -> int | None:
        """Store what is not there yet; None when it is."""
        ...

    async def update(self, name: str, value: bytes, revision: int, /) -> int | None:
        """Store if the revision is still the newest; None when it is not."""
        ...

    async def put(self, name: str, value: bytes, /) -> int:
        """Store whatever was there."""
        ...

    async def delete(self, name: str, /) -> None:
        """Make the key absent."""
        ...

    async def keys(self, prefix: str = "", /) -> list[str]:
        """All keys."""
        ...
