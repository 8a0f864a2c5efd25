"""Readiness that does not flap: one bad look changes nothing, several in a row do."""

import time
from collections.abc import Callable


class Steady:
    """Not ready after ``looks`` failing looks over ``span_s``, ready at the first good one."""

    def __init__(
        self, *, looks: int = 2, span_s: float = 3.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.ready = False
        """As it was told last; what was never ready need not wait to be called so."""
        self._looks = looks
        self._span_s = span_s
        self._clock = clock
        self._failed = 0
        self._since_s = 0.0

    def look(self, *, fine: bool) -> bool:
        """Take what one look found; whether it counts as ready now."""
        now_s = self._clock()
        if fine:
            self._failed = 0
            self.ready = True
            return True
        if not self._failed:
            self._since_s = now_s
        self._failed += 1
        if self._failed >= self._looks and now_s - self._since_s >= self._span_s:
            self.ready = False
        return self.ready

    def reset(self, *, ready: bool) -> None:
        """Be ready or not from now on, whatever was seen before."""
        self._failed = 0
        self.ready = ready
