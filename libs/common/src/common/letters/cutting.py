"""What a dead letter keeps of a message that is too large for it."""

from typing import Any

import msgspec

from common.batch import Draft, size_of
from common.events import Message

HEADER = "Paperbus-Cut"
TEXT_KEPT = 1000
"""Characters of each text; longer than any name a message carries."""
ITEMS_KEPT = 20
BYTES_KEPT = 64 * 1024
ROOM_BYTES = 512
"""For what a letter is given on its way into an atomic batch."""


def fits(whole: Draft) -> bool:
    """Whether the letter can be stored with its message untouched."""
    return size_of(whole, whole.all_headers()) + ROOM_BYTES <= whole.limit_bytes


def cut(whole: Draft, message: Message | None) -> Draft:
    """The letter with a part of its message, and how large that was.

    A message of ours stays one, with long texts and lists cut; of others the first bytes are kept.
    """
    body = whole.body[:BYTES_KEPT] if message is None else msgspec.json.encode(_short(message))
    headers = {**whole.headers, HEADER: str(len(whole.body))}
    return msgspec.structs.replace(whole, body=body, headers=headers)


def _short(value: Any) -> Any:
    plain = msgspec.to_builtins(value)
    if isinstance(plain, str):
        return plain if len(plain) <= TEXT_KEPT else f"{plain[: TEXT_KEPT - 1]}…"
    if isinstance(plain, dict):
        return {name: _short(one) for name, one in plain.items()}
    if isinstance(plain, list | tuple):
        return [_short(one) for one in plain[:ITEMS_KEPT]]
    return plain
