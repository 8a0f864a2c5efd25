"""A stop that was asked for: how long it may take, and what ends the process for sure."""

import asyncio
import os
import threading
from contextlib import suppress

import structlog

log = structlog.get_logger("paperbus")

EXIT_LATE = 71
STARTING_S = 3.0
CANCELS = 6
"""Python 3.11 loses one that comes in ``wait_for`` just as what it awaits ends (say, refused)."""
AFTER_GRACE_S = 4.0
"""What giving back and closing may take beyond the grace; 25 s of it stay under 30 s in all."""


class Stop:
    """The stop of one process: asked for once, hurried by asking again."""

    def __init__(self, grace_s: float) -> None:
        self.asked = asyncio.Event()
        self._grace_s = grace_s
        self._until_s = 0.0
        self._is_started = False

    def ask(self) -> None:
        """End gracefully; asked again, at once. A process that does not manage it is ended."""
        now_s = asyncio.get_running_loop().time()
        if self.asked.is_set():
            self._until_s = min(self._until_s, now_s)
            return
        self.asked.set()
        self._until_s = now_s + self._grace_s
        _end_after(self._grace_s + AFTER_GRACE_S)

    @property
    def left_s(self) -> float:
        """How much of the grace is left."""
        return max(0.0, self._until_s - asyncio.get_running_loop().time())

    async def until_done(self, life: asyncio.Task[None]) -> None:
        """Await the life of the process; a stop breaks it off until it says ``started``."""
        asked = asyncio.create_task(self.asked.wait())
        await asyncio.wait((life, asked), return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if life.done() or self._is_started:
            await life
            return
        for _ in range(CANCELS):
            life.cancel()
            await asyncio.wait((life,), timeout=STARTING_S / CANCELS)
            if life.done():
                return

    def started(self) -> None:
        """From now on the work itself ends gracefully."""
        self._is_started = True


async def pause(stopping: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until the stop."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stopping.wait()


def _end_after(seconds: float) -> None:
    """A thread may hang in a store that does not answer, and Python waits for it for ever."""
    timer = threading.Timer(seconds, _end)
    timer.daemon = True
    timer.start()


def _end() -> None:
    log.error("stopped_late", mend="what was in hand is delivered again")
    os._exit(EXIT_LATE)
