"""How far a rebuild is: one line that is written over on a terminal, else a line now and then."""

import time

import click

from cli.progress import eta_s

LINE_EVERY_S = 5.0
OVER_EVERY_S = 0.2


class Progress:
    """Counts what has ended and says so on stderr."""

    def __init__(self, what: str, total: int, before: int = 0, *, is_terminal: bool) -> None:
        self.done = before
        self._what, self._total, self._before = what, total, before
        self._is_terminal = is_terminal
        self._began = time.monotonic()
        self._said = 0.0

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
        every_s = OVER_EVERY_S if self._is_terminal else LINE_EVERY_S
        if self.done == self._total or time.monotonic() - self._said >= every_s:
            self._said = time.monotonic()
            self._say()

    def _say(self) -> None:
        fresh = self.done - self._before
        left_s = eta_s(fresh, self._total - self._before, self.took_s)
        left = f" · about {left_s:.0f} s left" if left_s else ""
        text = f"{self._what}: {self.done} of {self._total} · {self.per_s:.1f} papers/s{left}"
        if self._is_terminal:
            end = "\n" if self.done == self._total else ""
            click.echo(f"\r\x1b[K{text}{end}", nl=False, err=True)
        else:
            click.echo(text, err=True)
