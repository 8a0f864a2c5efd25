"""What a run has met so far."""

from collections import Counter

from common.errors import Terminal
from fetcher.announce import Outcome
from fetcher.record import Record
from fetcher.runs import Counts, Day


class Tally:
    """Counts of a run in progress; papers that several sets list are counted once."""

    def __init__(self, *, limit: int = 0) -> None:
        self.counts = Counts()
        self.failed: dict[str, str] = {}
        """Ids with the reason."""
        self.newest_day = ""
        self._limit = limit
        self._seen: set[str] = set()
        self._announced: Counter[str] = Counter()
        self._in_ledger: Counter[str] = Counter()

    @property
    def full(self) -> bool:
        """Whether the limit of new papers is reached."""
        return 0 < self._limit <= self.counts.new + self.counts.replaced

    def room(self, at_once: int) -> int:
        """How many papers may be announced together."""
        left = self._limit - self.counts.new - self.counts.replaced
        return min(left, at_once) if self._limit else at_once

    def see(self, record: Record) -> bool:
        """Count a listed paper; False when it was met before in this run."""
        self.newest_day = max(self.newest_day, record.meta.announced)
        if record.paper in self._seen:
            return False
        self._seen.add(record.paper)
        self.counts = self.counts.plus(seen=1)
        return True

    def has_seen(self, paper: str) -> bool:
        """Whether the paper was met in this run."""
        return paper in self._seen

    def count(self, record: Record, outcome: Outcome | Terminal) -> None:
        """Count what became of a paper the feed wants."""
        self._announced[record.meta.announced] += 1
        if isinstance(outcome, Terminal):
            self.failed[record.paper] = str(outcome)
            self.counts = self.counts.plus(matched=1, failed=1)
            return
        self._in_ledger[record.meta.announced] += 1
        self.counts = self.counts.plus(matched=1, **{outcome: 1})

    def days(self, at: str) -> dict[str, Day]:
        """Completeness of each announcement day that was met."""
        return {
            day: Day(announced=count, in_ledger=self._in_ledger[day], at=at)
            for day, count in self._announced.items()
            if day
        }
