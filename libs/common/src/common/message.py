"""What every message on the bus carries, and every fact about a paper."""

from typing import Annotated, ClassVar

import msgspec

SCHEMA_VERSION = 1
PaperKey = Annotated[str, msgspec.Meta(min_length=1, max_length=512)]
"""Becomes a part of subjects, so it is neither empty nor endless."""


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every message carries; ``event_id``, ``at`` and ``trace`` are filled by the runtime."""

    subject: ClassVar[str] = ""

    event_id: str = ""
    at: str = ""
    """RFC 3339 UTC."""
    schema: int = SCHEMA_VERSION
    trace: str = ""
    """W3C traceparent of the work that stated this."""


class Event(Message, frozen=True, kw_only=True, omit_defaults=True):
    """A fact about one version of one paper."""

    paper: PaperKey
    version: int
    epoch: int = 0
    """Raised by one with every deliberate redo."""
