"""What every service does about its dead letters, beside its work."""

import asyncio
from collections.abc import Awaitable, Callable

from common.advisories import reaper_of
from common.letters.box import Letters
from common.letters.redrive import Redriver
from common.reaper import Undertaker
from common.runtime import Runtime
from common.settings import RuntimeSettings

Task = Callable[[], Awaitable[None]]


def tasks(runtime: Runtime, settings: RuntimeSettings) -> tuple[Task, ...]:
    """Tasks that run until the stop; none for a service that takes no messages."""
    own = reaper_of(runtime.service)
    if own is None:
        return ()
    found: list[Task] = [Undertaker(own, runtime.ledger, runtime.js).run]
    if settings.dead_redrive:
        letters = Letters(runtime.js, runtime.ledger)
        rest_s = settings.dead_redrive_after_s
        found.append(Redriver(runtime.service, letters, runtime.js, rest_s).run)
    return tuple(_until(runtime.stopping, task) for task in found)


def _until(stopping: asyncio.Event, task: Task) -> Task:
    """What is cut off in the middle is delivered, or looked at, again."""

    async def run() -> None:
        running = asyncio.ensure_future(task())
        stop = asyncio.ensure_future(stopping.wait())
        await asyncio.wait((running, stop), return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if running.done():
            running.result()
        running.cancel()

    return run
