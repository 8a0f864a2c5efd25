"""What changed in a bucket past a revision, for who keeps a view of it in memory."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, NamedTuple

from common.stream import onwards

if TYPE_CHECKING:
    from nats.js import JetStreamContext


class Change(NamedTuple):
    """The newest state of a key; ``value`` is None when the key was made absent."""

    name: str
    value: bytes | None
    revision: int


class Changes:
    """The changes of one bucket; bind it with ``Changes(js, name)``."""

    def __init__(self, js: "JetStreamContext", bucket: str) -> None:
        self._js = js
        self._stream = f"KV_{bucket}"
        self._start = f"$KV.{bucket}."

    async def since(self, revision: int) -> AsyncIterator[Change]:
        """Every key that changed after ``revision``, oldest change first; raises Unavailable."""
        async for one in onwards(self._js, self._stream, f"{self._start}>", after=revision):
            value = None if "KV-Operation" in one.headers else one.body
            yield Change(one.subject.removeprefix(self._start), value, one.seq)
