"""Idempotency keys as clients send them."""

from common.errors import UsageError

MAX_KEY_CHARS = 200


def checked(key: str | None) -> str:
    """The key a client sent, empty for none; raises UsageError for one that cannot be used."""
    if key is None:
        return ""
    if not key.strip() or len(key) > MAX_KEY_CHARS or not key.isprintable():
        raise UsageError("Idempotency-Key", f"give 1 to {MAX_KEY_CHARS} printable characters")
    return key.strip()
