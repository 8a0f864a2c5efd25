"""Scripted faults: which requests go wrong, how, and how often."""

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal

import msgspec

Positive = Annotated[float, msgspec.Meta(gt=0)]
Kind = Literal[
    "status", "drip", "truncate", "wrong_type", "missing", "hang", "reset", "expire_token"
]


class FaultError(Exception):
    """A fault script that cannot be read; the message says what is wrong."""


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fault for paths that match: `*` and `?` are wildcards, else the path begins with it."""

    match: str
    kind: Kind
    times: Annotated[int, msgspec.Meta(ge=1)] | None = 1
    "How often it happens; null is for ever."
    skip: Annotated[int, msgspec.Meta(ge=0)] = 0
    "How many matching requests pass before the first fault."
    status: Annotated[int, msgspec.Meta(ge=400, le=599)] = 503
    retry_after_s: Annotated[int, msgspec.Meta(ge=0)] | None = None
    bytes_per_s: Positive = 1000.0
    keep_ratio: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.5
    "Truncate: how much of the body is sent."
    seconds: Positive = 3600.0
    "Hang: how long."

    def covers(self, target: str) -> bool:
        """Say whether a path with its query is meant."""
        if "*" in self.match or "?" in self.match:
            return fnmatchcase(target, self.match)
        return target.startswith(self.match)


def decode_faults(data: bytes) -> list[Fault]:
    """Decode one fault or a list of them from JSON. Raises FaultError."""
    try:
        found = msgspec.json.decode(data, type=Fault | list[Fault])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise FaultError(f"not a fault or a list of faults: {error}") from error
    return found if isinstance(found, list) else [found]


def read_faults(path: Path) -> list[Fault]:
    """Read a script of faults from a file. Raises FaultError."""
    try:
        return decode_faults(path.read_bytes())
    except OSError as error:
        raise FaultError(f"{path}: {error.strerror}") from error


class Script:
    """The faults still to happen; each request takes the first that is due."""

    def __init__(self) -> None:
        self.pending: list[Fault] = []
        self.happened = 0

    def add(self, faults: list[Fault]) -> None:
        """Add faults after those already pending."""
        self.pending += faults

    def clear(self) -> None:
        """Forget what is pending."""
        self.pending = []

    def take(self, target: str) -> Fault | None:
        """Return the fault due for a request, counting it as happened; None for none."""
        for index, fault in enumerate(self.pending):
            if not fault.covers(target):
                continue
            if fault.skip:
                self.pending[index] = msgspec.structs.replace(fault, skip=fault.skip - 1)
                continue
            self._count_down(index, fault)
            self.happened += 1
            return fault
        return None

    def _count_down(self, index: int, fault: Fault) -> None:
        if fault.times is None:
            return
        if fault.times == 1:
            del self.pending[index]
        else:
            self.pending[index] = msgspec.structs.replace(fault, times=fault.times - 1)
