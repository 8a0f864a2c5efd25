"""What a stream, a consumer and a bucket are, as the topology declares them."""

import msgspec

from common.events import Message
from common.subjects import retry_subject

MIB = 1024 * 1024
PAPERS = "PAPERS"
DEADLINE_S = 600
MAX_DELIVER = 20
"""A net far above the runtime's own limit of attempts (rule N17)."""


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """One stream as the server must have it."""

    name: str
    subjects: tuple[str, ...]
    retention: str = "limits"
    discard: str = "new"
    max_bytes: int
    max_age_s: int = 0
    duplicate_window_s: int = 600
    allow_atomic: bool = False
    allow_msg_ttl: bool = False
    allow_msg_schedules: bool = False


class Consumer(msgspec.Struct, frozen=True, kw_only=True):
    """One durable pull consumer: which service does what with which message."""

    service: str
    event: type[Message]
    stream: str = PAPERS
    row: str | None = None
    """Name of the ledger row that says the work is done; None for requests without one."""
    states: type[Message] | None = None
    """The fact that the work justifies, where there is one."""
    deadline_s: int = DEADLINE_S
    max_deliver: int = MAX_DELIVER

    @property
    def durable(self) -> str:
        """Name of the durable, like ``indexer-paper-fetched``."""
        return f"{self.service}-{self.event.subject.replace('.', '-')}"

    @property
    def subjects(self) -> tuple[str, ...]:
        """What it listens to: the subject, and its replays for this service alone."""
        replays = (retry_subject(self.service, self.event.subject),)
        return (self.event.subject, *(replays if self.stream == PAPERS else ()))


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """One key-value bucket and the only service that writes it."""

    name: str
    writer: str
    history: int = 1
    max_bytes: int = 64 * MIB
