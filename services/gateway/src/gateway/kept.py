"""Answers in memory, the ones used last, up to a number and a size; pure."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import NamedTuple

Headers = tuple[tuple[bytes, bytes], ...]

ENTRY_BYTES = 1000
"""What an answer takes beside its body: about so much for its question, headers and places."""


class Answer(NamedTuple):
    """What was sent."""

    body: bytes
    headers: Headers
    etag: bytes
    route: str
    """Template of the path, for the numbers."""


class Limits(NamedTuple):
    """How much is kept, and how long."""

    answers: int
    size_bytes: int
    seconds: float


class _Entry(NamedTuple):
    answer: Answer
    state: Hashable
    until: float


class Kept:
    """Answers by question; each holds in the state in which it was given, and for some time."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()
        self.size_bytes = 0

    def __len__(self) -> int:
        """How many there are."""
        return len(self._entries)

    def get(self, question: Hashable, state: Hashable, now: float) -> Answer | None:
        """The answer, when it still holds."""
        entry = self._entries.get(question)
        if entry is None:
            return None
        if entry.state != state or now >= entry.until:
            self._drop(question)
            return None
        self._entries.move_to_end(question)
        return entry.answer

    def put(self, question: Hashable, answer: Answer, state: Hashable, now: float) -> None:
        """Keep what was answered; ``state`` is that of before it was worked out."""
        self._drop(question)
        if _size(answer) > self._limits.size_bytes:
            return
        self._entries[question] = _Entry(answer, state, now + self._limits.seconds)
        self.size_bytes += _size(answer)
        while (
            len(self._entries) > self._limits.answers or self.size_bytes > self._limits.size_bytes
        ):
            self._drop(next(iter(self._entries)))

    def _drop(self, question: Hashable) -> None:
        entry = self._entries.pop(question, None)
        if entry is not None:
            self.size_bytes -= _size(entry.answer)


def _size(answer: Answer) -> int:
    return len(answer.body) + ENTRY_BYTES
