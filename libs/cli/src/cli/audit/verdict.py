"""What an audit says: single findings, and all of them with the numbers beside."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec


class Finding(NamedTuple):
    """One thing that should not be: which check, about what, in plain words."""

    check: str
    about: str
    words: str


class Twice(Finding):
    """A finding that something happened more than once."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What an audit found; ``unexplained`` and ``doubled`` must be empty."""

    papers: int
    ready: int
    dead: int
    in_work: int
    """Papers that have not ended, whatever the reason."""
    facts: int
    letters: int = 0
    advisories: int = 0
    deliveries: int = 0
    summaries_paid: int = 0
    paid_in_vain: int = 0
    """Calls to a model whose answers were of no use."""
    cost_usd: float = 0.0
    points: int = 0
    objects: int = 0
    bodies_read: int = 0
    """Objects whose bodies were read and hashed; of all others size and name were compared."""
    messages: int = 0
    took_s: float = 0.0
    cpu_s: float = 0.0
    """Of this process alone."""
    unexplained: tuple[Finding, ...]
    doubled: tuple[Finding, ...]
    removed: tuple[str, ...] = ()
    """Keys of orphaned bodies that were taken out of the store."""

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not self.unexplained and not self.doubled


def parted(found: Iterable[Finding]) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The unexplained ones and the doubled ones, each said once."""
    each = list(dict.fromkeys(found))
    doubled = tuple(one for one in each if isinstance(one, Twice))
    return tuple(one for one in each if not isinstance(one, Twice)), doubled
