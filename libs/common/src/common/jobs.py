"""Jobs: work that a person asked for and can follow, as KV ``jobs`` keeps it.

The gateway alone writes them; a worker tells how far it is by the notice ``job.reported`` and
reads here whether it should stop.
"""

from datetime import datetime
from typing import Any, Literal

import msgspec

from common import kv
from common.errors import UNREADABLE
from common.ids import parse_time

BUCKET = "jobs"
PREFIX = "job."
"""Of the keys that hold jobs; others remember which question led to which job."""

State = Literal["queued", "running", "ok", "failed", "cancelled"]
Priority = Literal["interactive", "batch"]
STATES: tuple[State, ...] = ("queued", "running", "ok", "failed", "cancelled")
ENDED: frozenset[str] = frozenset(("ok", "failed", "cancelled"))
STALE_MINUTES = 5.0
"""After so long without a word the gateway takes a job's worker for gone, unless told otherwise."""
LOCAL = "local"
"""The owner as long as there are no accounts."""


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many papers; ``total`` is 0 while nobody knows."""

    done: int = 0
    total: int = 0
    failed: int = 0


class Job(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One job; times are RFC 3339 UTC."""

    id: str
    kind: str
    title: str = ""
    """What it does, in words for people."""
    state: State = "queued"
    stage: str = ""
    counts: Counts = Counts()
    owner: str = LOCAL
    priority: Priority = "interactive"
    params: dict[str, Any] = {}
    same: str = ""
    """Digest of the question; while this job is under way the same question finds it."""
    created: str
    started: str = ""
    ended: str = ""
    seen: str = ""
    """When its worker was last heard of."""
    error: str = ""
    result: str = ""
    """Key of what it made, in the object store."""
    attempts: int = 1
    folded: str = ""
    """Time of the newest report that was taken in; counts are totals, so again does no harm."""
    worker: str = ""
    """Which gateway does it, where a gateway does."""

    @property
    def is_ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ENDED

    @property
    def progress(self) -> float:
        """From 0 to 1; 1 only for what ended well."""
        if self.state == "ok":
            return 1.0
        counts = self.counts
        done = counts.done + counts.failed
        return round(min(0.999, done / counts.total), 4) if counts.total else 0.0


def new_id(at: str, salt: str) -> str:
    """An id that sorts by time, may stand in a key, and differs by ``salt``."""
    moment: datetime = parse_time(at)
    return f"{moment:%Y%m%dT%H%M%S}{moment.microsecond // 1000:03d}Z-{salt[:8]}"


def key_of(job_id: str) -> str:
    """The key of a job."""
    return PREFIX + kv.key(job_id)


def decode(body: bytes) -> Job | None:
    """The job stored as ``body``; None when it is none."""
    try:
        return msgspec.json.decode(body, type=Job)
    except UNREADABLE:
        return None
