"""A bucket in this process alone, for rehearsals that must not touch anything."""

from typing import NamedTuple


class Entry(NamedTuple):
    """A value and its revision."""

    value: bytes
    revision: int


class MemoryKv:
    """Behaves as a KV bucket; forgets everything at the end."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._last = 0

    async def get(self, key: str, /) -> Entry | None:
        """The value, or None."""
        return self._entries.get(key)

    async def create(self, key: str, value: bytes, /) -> int | None:
        """Store unless it exists."""
        return None if key in self._entries else await self.put(key, value)

    async def update(self, key: str, value: bytes, revision: int, /) -> int | None:
        """Store unless someone else was faster."""
        known = self._entries.get(key)
        if known is None or known.revision != revision:
            return None
        return await self.put(key, value)

    async def put(self, key: str, value: bytes, /) -> int:
        """Store."""
        self._last += 1
        self._entries[key] = Entry(value, self._last)
        return self._last

    async def delete(self, key: str, /) -> None:
        """Remove."""
        self._entries.pop(key, None)

    async def keys(self, prefix: str = "", /) -> list[str]:
        """All keys that begin with the prefix."""
        return sorted(key for key in self._entries if key.startswith(prefix))
