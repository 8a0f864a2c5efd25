"""How far something is: one line that is written over on a terminal, else a line now and then."""

import sys
import time

import click

LINE_EVERY_S = 5.0
OVER_EVERY_S = 0.2


class LiveLine:
    """The line, on stderr; ``say`` may be called as often as one likes."""

    def __init__(self, *, is_terminal: bool | None = None) -> None:
        self._is_terminal = sys.stderr.isatty() if is_terminal is None else is_terminal
        self._next_at = 0.0

    def say(self, text: str, *, ended: bool) -> None:
        """Show this, unless the last one is too fresh; the end is always shown."""
        now = time.monotonic()
        if not ended and now < self._next_at:
            return
        self._next_at = now + (OVER_EVERY_S if self._is_terminal else LINE_EVERY_S)
        if self._is_terminal:
            click.echo(f"\r\x1b[K{text}", nl=ended, err=True)
        else:
            click.echo(text, err=True)
