"""Identity and time of what is stated."""

import uuid
from datetime import UTC, datetime

_NAMESPACE = uuid.UUID("6f3c8a51-2f0e-5d53-9a0e-3f9f1c4b7e10")


def event_id(paper: str, subject: str, version: int, epoch: int) -> str:
    """The id of a fact: the same statement always has the same one (rule N7)."""
    return str(uuid.uuid5(_NAMESPACE, f"{paper}\n{subject}\n{version}\n{epoch}"))


def message_id(*parts: str) -> str:
    """A derived id for a message that is not about one paper version."""
    return str(uuid.uuid5(_NAMESPACE, "\n".join(parts)))


def now() -> str:
    """The present moment in RFC 3339 UTC with microseconds."""
    return stamp(datetime.now(UTC))


def stamp(moment: datetime) -> str:
    """A moment in UTC as ``now`` gives it."""
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse_time(text: str) -> datetime:
    """The moment an RFC 3339 text names; raises ValueError."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
