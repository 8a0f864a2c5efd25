"""Redoes the work on many papers, resumable, with progress."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import NamedTuple

import click

from cli.liveline import LiveLine
from cli.rebuild.outcome import Outcome
from cli.rebuild.progress import Progress
from cli.rebuild.runs import Run, Runs
from cli.rebuild.targets import Target
from common.errors import Terminal
from common.ids import now
from common.ledger import STREAM, decode
from common.pacing import Paced, patiently
from common.retrying import Retrying, Step
from common.runtime import Runtime
from common.stream import by_sequence

Rest = Callable[[Target], Awaitable[Step | None]]


class Options(NamedTuple):
    """How to go about it."""

    in_flight: int
    dry_run: bool = False
    fresh: bool = False
    pay: bool = False


class Driver:
    """Drives one projection."""

    def __init__(self, runtime: Runtime, runs: Runs, options: Options) -> None:
        self._runtime = runtime
        self._runs = runs
        self._options = options
        retrying = Retrying(runtime.js, runtime.ledger, why="rebuild")
        self._paced = Paced(runtime.js, retrying, in_flight=options.in_flight)

    async def begun(self) -> Run:
        """The run to go on with, or a new one; a rehearsal keeps none."""
        run = None if self._options.fresh else await self._runs.unfinished()
        if run is None:
            run = Run(after_seq=await self._runtime.bus.last_seq(), started=now())
            if not self._options.dry_run:
                await self._runs.write(run)
        elif not self._options.dry_run:
            click.echo(f"going on with the run of {run.started[:19]}Z", err=True)
        return run

    async def ended(self, run: Run) -> None:
        """The next one starts anew."""
        await self._runs.write(Run(after_seq=run.after_seq, started=run.started, ended=now()))

    async def drive(
        self, steps: AsyncIterator[Step], outcome: Outcome, total: int, before: int
    ) -> None:
        """Run the steps and add up how they end."""
        progress = Progress(outcome.projection, total, before, LiveLine())
        async for ended in self._paced.run(steps):
            progress.step()
            if ended.row is None:
                outcome.waiting += 1
            elif ended.row.state == "dead":
                outcome.dead += 1
            else:
                outcome.done += 1
        outcome.took_s = round(outcome.took_s + progress.took_s, 2)
        outcome.per_s = round(progress.per_s, 2)

    async def steps(self, todo: Sequence[Target], step_of: Rest) -> AsyncIterator[Step]:
        """A step for each target, made when it is its turn."""
        for target in todo:

            async def made(target: Target = target) -> Step | None:
                return await step_of(target)

            step = await patiently(made)
            if step is not None:
                yield step


async def body_at(runtime: Runtime, seq: int) -> bytes:
    """The fact kept on the row at ``seq``; raises Terminal when it is gone."""
    stored = await by_sequence(runtime.js, STREAM, seq)
    if stored is None:
        raise Terminal(f"the log has no message {seq} any more", reason="bus")
    return bytes(decode(stored.body).result)
