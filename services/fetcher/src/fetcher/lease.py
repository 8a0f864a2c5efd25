"""What the replicas keep in KV to be polite together."""

import msgspec

from common.errors import UNREADABLE


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How fast a source may be asked; all in seconds."""

    interval_s: float = 3.0
    burst_s: float = 2.0
    lease_s: float = 6.0
    """After a crash of the holder others wait so long."""
    patience_s: float = 30.0
    """A longer stop is not waited for in place but raised as Unavailable."""


class Lease(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What lies in KV; times are seconds since the epoch."""

    owner: str = ""
    expires: float = 0.0
    next: float = 0.0
    """No request of anybody before."""
    stopped: float = 0.0
    """The source asked for silence until then."""
    reason: str = ""
    wanted: bool = False
    """Another replica waits."""


def decode(value: bytes) -> Lease:
    """The lease; one that cannot be read counts as free."""
    try:
        return msgspec.json.decode(value, type=Lease) if value else Lease()
    except UNREADABLE:
        return Lease()
