"""Idempotency keys: the same key and body get the same answer, another body is refused."""

from collections import OrderedDict
from typing import Any, NamedTuple

from common.errors import UsageError
from gateway.failures import Unprocessable

KEPT_S = 86_400.0
MOST = 10_000
MAX_KEY_CHARS = 200


class _Seen(NamedTuple):
    body: bytes
    at: float
    answer: Any


class Memory:
    """Answers of the last day by key; ids derived from the key cover a restart."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, _Seen] = OrderedDict()

    def recall(self, key: str, body: bytes, at: float) -> Any:
        """The answer given before, or None; raises Unprocessable for another body."""
        seen = self._seen.get(key)
        if seen is None or at - seen.at > KEPT_S:
            return None
        if seen.body != body:
            raise Unprocessable("This Idempotency-Key was used with another body; use a new key.")
        return seen.answer

    def keep(self, key: str, body: bytes, *, answer: Any, at: float) -> None:
        """Remember an answer; the oldest ones are forgotten first."""
        self._seen[key] = _Seen(body, at, answer)
        self._seen.move_to_end(key)
        while len(self._seen) > MOST:
            self._seen.popitem(last=False)


def checked(key: str | None) -> str:
    """The key a client sent, empty for none; raises UsageError for one that cannot be used."""
    if key is None:
        return ""
    if not key.strip() or len(key) > MAX_KEY_CHARS or not key.isprintable():
        raise UsageError("Idempotency-Key", f"give 1 to {MAX_KEY_CHARS} printable characters")
    return key.strip()
