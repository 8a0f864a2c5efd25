"""An order of papers as text, so that the next page goes on in the very same order.

Papers that arrive meanwhile neither push one out nor bring one twice. 18 bytes a paper: a hundred
fit a URL with ease.
"""

import base64
import binascii
import struct
from collections.abc import Sequence
from uuid import UUID

from common.errors import UsageError
from common.ranking.fusing import Ranked
from gateway.cursors import MEND

_ENTRY = struct.Struct(">16sH")
_FULL = 65_535
_ROUNDING = 1e-6
"""What floating point may take away; what was unpacked is packed again as it was."""


def pack(order: Sequence[Ranked]) -> str:
    """The points and, down to a 65,535th, the scores; empty for an empty order.

    Down, so that no page begins with a score above the last one of the page before.
    """
    body = b"".join(_ENTRY.pack(UUID(found.point).bytes, _part(found.score)) for found in order)
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


def unpack(text: str) -> list[Ranked]:
    """What ``pack`` was given; raises UsageError when the text is not its."""
    try:
        body = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise UsageError("cursor", MEND) from error
    if len(body) % _ENTRY.size:
        raise UsageError("cursor", MEND)
    return [Ranked(str(UUID(bytes=at)), score / _FULL) for at, score in _ENTRY.iter_unpack(body)]


def _part(score: float) -> int:
    return int(min(max(score, 0.0), 1.0) * _FULL + _ROUNDING)
