"""One key-value bucket as the gateway needs it; met by the adapter of ``common``."""

from typing import Protocol

from common.kv import Entry


class Kv(Protocol):
    """Values under keys, with compare-and-set. Methods raise Unavailable."""

    async def get(self, name: str) -> Entry | None:
        """The value, or None."""

    async def create(self, name: str, value: bytes) -> int | None:
        """Store what is not there yet; None when it was."""

    async def update(self, name: str, value: bytes, revision: int) -> int | None:
        """Store if nobody else did since; None when somebody did."""

    async def delete(self, name: str) -> None:
        """Make the key absent."""

    async def revision(self) -> int:
        """Another number after every change."""

    async def items(self, prefix: str = "") -> list[tuple[str, Entry]]:
        """All keys with this prefix and their values, sorted by key."""
