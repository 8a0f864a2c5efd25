"""Shows on a terminal how far an audit is; elsewhere it says nothing."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

EVERY = 2000


class Watching:
    """A context in which each stage of the audit tells of itself."""

    def __init__(self, *, shown: bool = True) -> None:
        console = Console(stderr=True)
        self._bars = Progress(
            TextColumn("{task.description:<18}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=console,
            transient=True,
            disable=not (shown and console.is_terminal),
        )

    def __enter__(self) -> "Watching":
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def stage(self, name: str, total: int | None = None) -> "Stage":
        """A stage that begins now."""
        return Stage(self._bars, int(self._bars.add_task(name, total=total)))


class Stage:
    """One bar; told of single steps it moves only now and then."""

    def __init__(self, bars: Progress, task: int) -> None:
        self._bars = bars
        self._task = bars.task_ids[task]
        self._done = 0

    def step(self, count: int = 1) -> None:
        """So many more are done."""
        self._done += count
        if count > 1 or self._done % EVERY == 0:
            self._bars.update(self._task, completed=self._done)

    def end(self) -> None:
        """All are done."""
        self._bars.update(self._task, total=self._done, completed=self._done)
