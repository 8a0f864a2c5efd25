"""One key-value bucket on JetStream, with compare-and-set."""

import re
from typing import TYPE_CHECKING, NamedTuple

from nats.errors import Error as NatsError
from nats.js.errors import (
    BucketNotFoundError,
    InvalidKeyError,
    KeyDeletedError,
    KeyNotFoundError,
    KeyWrongLastSequenceError,
)

from common.errors import Terminal, Unavailable
from common.stream import Stored, TooManySubjects, last_of_subjects, onwards
from common.stream import newest as newest_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nats.js import JetStreamContext
    from nats.js.kv import KeyValue

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")


class Entry(NamedTuple):
    """A value and the revision that guards its next one."""

    value: bytes
    revision: int


def key(*parts: str) -> str:
    """The parts joined by dots; whatever a key may not hold is written as ``=XX``."""
    return ".".join(_UNSAFE.sub(_encoded, part) or "=" for part in parts)


def _encoded(match: re.Match[str]) -> str:
    return "".join(f"={byte:02X}" for byte in match[0].encode())


def parts_of(text: str) -> tuple[str, ...]:
    """What ``key`` joined."""
    return tuple(_decoded(part) for part in text.split("."))


def _decoded(part: str) -> str:
    if part == "=":
        return ""
    plain = re.sub(rb"=([0-9A-F]{2})", lambda match: bytes([int(match[1], 16)]), part.encode())
    return plain.decode()


class _Translated:
    """Turns what nats-py raises into Unavailable."""

    async def __aenter__(self) -> None:
        return None

    async def __aexit__(self, kind: object, error: BaseException | None, tb: object) -> None:
        if isinstance(error, BucketNotFoundError):
            raise Unavailable("nats", "a bucket is missing; run `paperbus topology apply`")
        if isinstance(error, InvalidKeyError):
            raise Terminal(f"{error}; join keys with common.kv.key", reason="bug") from error
        if isinstance(error, (NatsError, TimeoutError)):
            raise Unavailable("nats", str(error) or type(error).__name__) from error


class Kv:
    """One bucket; bind it with ``Kv(js, name)``. All methods raise Unavailable."""

    def __init__(self, js: "JetStreamContext", bucket: str) -> None:
        self._js = js
        self._name = bucket
        self._bound: KeyValue | None = None

    async def _bucket(self) -> "KeyValue":
        if self._bound is None:
            self._bound = await self._js.key_value(self._name)
        return self._bound

    async def get(self, name: str) -> Entry | None:
        """The value under ``name``, or None."""
        async with _Translated():
            try:
                entry = await (await self._bucket()).get(name)
            except (KeyNotFoundError, KeyDeletedError):
                return None
            return Entry(entry.value or b"", entry.revision or 0)

    async def create(self, name: str, value: bytes) -> int | None:
        """Store a value that is not there yet; its revision, or None when it was there."""
        async with _Translated():
            try:
                return await (await self._bucket()).create(name, value)
            except KeyWrongLastSequenceError:
                return None

    async def update(self, name: str, value: bytes, revision: int) -> int | None:
        """Store if ``revision`` is still the newest; the new one, or None when it is not."""
        async with _Translated():
            try:
                return await (await self._bucket()).update(name, value, last=revision)
            except KeyWrongLastSequenceError:
                return None

    async def put(self, name: str, value: bytes) -> int:
        """Store a value whatever was there; its revision."""
        async with _Translated():
            return await (await self._bucket()).put(name, value)

    async def delete(self, name: str) -> None:
        """Make the key absent."""
        async with _Translated():
            await (await self._bucket()).delete(name)

    async def keys(self, prefix: str = "") -> list[str]:
        """All keys that start with ``prefix``, sorted."""
        return [name for name, _ in await self.items(prefix)]

    async def revision(self) -> int:
        """Where the newest change of any key is; 0 when there was none."""
        stored = await newest_of(self._js, f"KV_{self._name}", self._subject(">"))
        return 0 if stored is None else stored.seq

    async def items(self, prefix: str = "") -> list[tuple[str, Entry]]:
        """All keys that start with ``prefix`` with their values, sorted by key.

        The server looks only at what is below a prefix that ends in a dot.
        """
        below = prefix if prefix.endswith(".") else ""
        try:
            found = await self._at_once(f"{below}>")
        except TooManySubjects:
            found = await self._in_parts(f"{below}>")
        return sorted(pair for pair in found if pair[0].startswith(prefix))

    async def _at_once(self, pattern: str) -> list[tuple[str, Entry]]:
        stored = await last_of_subjects(self._js, f"KV_{self._name}", [self._subject(pattern)])
        return self._current(stored)

    async def _in_parts(self, pattern: str) -> list[tuple[str, Entry]]:
        # Not by a watch: nats-py may call one finished before its first value has come.
        newest: dict[str, Stored] = {}
        async for one in onwards(self._js, f"KV_{self._name}", self._subject(pattern)):
            newest[one.subject] = one
        return self._current(newest.values())

    def _subject(self, name: str) -> str:
        return f"$KV.{self._name}.{name}"

    def _current(self, stored: "Iterable[Stored]") -> list[tuple[str, Entry]]:
        start = self._subject("")
        return [
            (one.subject.removeprefix(start), Entry(one.body, one.seq))
            for one in stored
            if "KV-Operation" not in one.headers
        ]
