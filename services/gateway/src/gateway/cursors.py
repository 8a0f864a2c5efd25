"""Opaque cursors: where a list goes on, bound to the question it belongs to."""

import base64
import binascii
import hashlib
from typing import Any

import msgspec

from common.errors import UsageError

MAX_CHARS = 4000
MEND = "is not one of ours; leave it out to begin at the start"


class _Cursor(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    question: str
    at: str


def question(*parts: Any) -> str:
    """A short digest of everything that shapes a list, so that cursors are not mixed up."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=6).hexdigest()


def encode(asked: str, at: str) -> str:
    """The cursor that goes on at ``at``; empty when there is nothing more."""
    if not at:
        return ""
    raw = msgspec.json.encode(_Cursor(asked, at))
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(cursor: str | None, asked: str) -> str:
    """Where to go on, empty for the start; raises UsageError for a foreign cursor."""
    if not cursor:
        return ""
    if len(cursor) > MAX_CHARS:
        raise UsageError("cursor", MEND)
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        found = msgspec.json.decode(raw, type=_Cursor)
    except (binascii.Error, ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise UsageError("cursor", MEND) from error
    if found.question != asked:
        raise UsageError("cursor", "belongs to another query; leave it out to begin at the start")
    return found.at
