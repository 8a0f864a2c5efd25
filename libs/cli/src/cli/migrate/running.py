"""Does the steps that are due, one by one, each noted as soon as it is done."""

from typing import NamedTuple

from cli.backup import runs
from cli.backup.making import Wanted
from cli.migrate.steps import Say, Step, Steps, Work
from cli.settings import Settings
from common import floors, stateversion
from common.errors import UsageError
from common.runtime import Runtime


class Done(NamedTuple):
    """What a run did, or would do."""

    before: int
    now: int
    needed: int
    backup: str
    """The backup made first; empty in a dry run, or where nothing was due."""
    steps: tuple[tuple[int, str, int], ...]
    """Version, what was done, and how many things it changed."""


async def run(
    runtime: Runtime, settings: Settings, steps: Steps, say: Say, *, dry_run: bool
) -> Done:
    """Bring the data to the newest version. Raises UsageError, Unavailable, Terminal."""
    before = await stateversion.read(runtime.js)
    if before > steps.newest:
        raise UsageError("state.version", stateversion.problem(before, steps.newest))
    due = steps.after(before)
    if due and not dry_run and (taking := await floors.takers(runtime.nc)):
        raise UsageError("migrate", f"services are at work (as {taking[0]}); stop them all first")
    backup = await _backup(runtime, settings, due, say) if due and not dry_run else ""
    work = Work(runtime, settings, dry_run, say)
    done = []
    for step in due:
        say(f"to version {step.version}: {step.text}")
        done.append((step.version, step.text, await step.do(work)))
        if not dry_run:
            await stateversion.write(runtime.js, step.version)
    now = await stateversion.read(runtime.js)
    return Done(before, now, steps.newest, backup, tuple(done))


async def _backup(runtime: Runtime, settings: Settings, due: list[Step], say: Say) -> str:
    note = f"before the migration to {due[-1].version}"
    # Bodies and index stay where they are; a step that touches them has to keep its own.
    made = await runs.create(runtime, settings, Wanted(with_index=False, note=note), say)
    return made.id
