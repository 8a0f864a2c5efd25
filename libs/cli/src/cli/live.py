"""Shows how far a replay has come: bars on a terminal, a line now and then elsewhere."""

import time
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from cli.progress import STEPS, Counts, eta_s
from cli.system import say

PRINT_EVERY_S = 5.0
BAR_WIDTH = 32


class Display:
    """A context in which ``show`` may be called as often as one likes."""

    def __init__(self, before: Counts, expected: int) -> None:
        self._before = before
        self._expected = expected
        self._began = time.monotonic()
        self._printed = 0.0
        console = Console(stderr=True)
        self._live = Live(console=console, refresh_per_second=4) if console.is_terminal else None

    def __enter__(self) -> "Display":
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def show(self, counts: Counts, note: str) -> None:
        """Show these counts now."""
        pace = self._pace(counts)
        if self._live is not None:
            self._live.update(_table(counts, self._expected, f"{pace} · {note}"))
            return
        if time.monotonic() - self._printed < PRINT_EVERY_S:
            return
        self._printed = time.monotonic()
        parts = [f"{step} {count}" for step, count in zip(STEPS, counts, strict=False)]
        say(f"{' · '.join(parts)} · dead {counts.dead} · {pace} · {note}")

    def _pace(self, counts: Counts) -> str:
        elapsed_s = time.monotonic() - self._began
        done = counts.ended - self._before.ended
        total = max(self._expected, counts.announced) - self._before.ended
        left_s = eta_s(done, total, elapsed_s)
        rate = done / elapsed_s if elapsed_s else 0.0
        return f"{rate:.1f} papers/s" + (f" · about {left_s:.0f} s left" if left_s else "")


def _table(counts: Counts, expected: int, note: str) -> Table:
    table = Table.grid(padding=(0, 2))
    total = max(expected, counts.announced, 1)
    for step, count in zip(STEPS, counts, strict=False):
        bar = ProgressBar(total=total, completed=count, width=BAR_WIDTH)
        table.add_row(step, bar, Text(f"{count}", justify="right"))
    style = "red" if counts.dead else "dim"
    table.add_row("dead", Text(""), Text(f"{counts.dead}", style=style, justify="right"))
    table.add_row("", Text(note, style="dim"), "")
    return table
