"""What one store holds of one class of things."""

from collections.abc import Iterable
from typing import Literal

import msgspec

Store = Literal["bus", "objects", "index", "local"]
BUS: Store = "bus"
OBJECTS: Store = "objects"
INDEX: Store = "index"
LOCAL: Store = "local"
LOGS = "logs"


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """So much of this is there."""

    store: Store
    name: str
    """A stream, a bucket (``KV_…``), the first part of keys, a collection, a folder."""
    owner: str
    """Whose it is."""
    count: int
    """Messages, objects, points, files."""
    size_bytes: int
    limit_bytes: int = 0
    """What it may hold at most; 0 without a limit of its own."""
    note: str = ""

    @property
    def filled(self) -> float:
        """Share of its limit, 0 without one."""
        return self.size_bytes / self.limit_bytes if self.limit_bytes else 0.0


class Disk(msgspec.Struct, frozen=True, kw_only=True):
    """A volume; what only root may still fill is not free."""

    used_bytes: int
    free_bytes: int

    @property
    def used_ratio(self) -> float:
        """As ``df`` counts."""
        return self.used_bytes / max(1, self.used_bytes + self.free_bytes)


def total(holdings: Iterable[Holding]) -> int:
    """Bytes of all; what lies on this machine's disk is a part of the others there."""
    return sum(one.size_bytes for one in holdings if one.store != LOCAL)
