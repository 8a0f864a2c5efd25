"""Places that failed just now, so that a dead receiver is not knocked at for every paper."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple


class _Failing(NamedTuple):
    failures: int
    until: datetime


class Cooldown:
    """Kept in memory: after a restart each place gets one fresh try."""

    def __init__(self) -> None:
        self._failing: dict[str, _Failing] = {}

    def blocked_until(self, places: Iterable[str], now: datetime) -> datetime | None:
        """The latest moment before which one of the places should be left alone, or None."""
        found = [self._failing[place].until for place in places if place in self._failing]
        blocked = [until for until in found if until > now]
        return max(blocked) if blocked else None

    def failures(self, place: str) -> int:
        """Failures in a row."""
        found = self._failing.get(place)
        return found.failures if found else 0

    def failed(self, place: str, until: datetime) -> None:
        """Note a failure and how long to wait."""
        self._failing[place] = _Failing(self.failures(place) + 1, until)

    def worked(self, places: Iterable[str]) -> None:
        """Note a success."""
        for place in places:
            self._failing.pop(place, None)
