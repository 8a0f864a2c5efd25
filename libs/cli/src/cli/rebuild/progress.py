"""How far a rebuild is, in papers."""

import time

from cli.liveline import LiveLine
from cli.progress import eta_s


class Progress:
    """Counts what has ended and says so."""

    def __init__(self, what: str, total: int, before: int, line: LiveLine) -> None:
        self.done = before
        self._what, self._total, self._before = what, total, before
        self._line = line
        self._began = time.monotonic()

    @property
    def took_s(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._began

    @property
    def per_s(self) -> float:
        """Papers a second."""
        return (self.done - self._before) / self.took_s if self.took_s else 0.0

    def step(self) -> None:
        """One more has ended."""
        self.done += 1
        self._line.say(self._text(), ended=self.done == self._total)

    def _text(self) -> str:
        fresh = self.done - self._before
        left_s = eta_s(fresh, self._total - self._before, self.took_s)
        left = f" · about {left_s:.0f} s left" if left_s else ""
        return f"{self._what}: {self.done} of {self._total} · {self.per_s:.1f} papers/s{left}"
