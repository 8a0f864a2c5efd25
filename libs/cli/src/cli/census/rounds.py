"""Goes round: every part of the census is looked at again and again, each at its own pace."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import structlog

from cli.census.sheet import Found, Sheet
from common.errors import ServiceError

log = structlog.get_logger("paperbus")


class Part(NamedTuple):
    """One thing that is looked at; what fails keeps its last values."""

    name: str
    every_s: float
    look: Callable[[], Awaitable[Found]]
    limit_s: float | None = 60.0
    """A look that takes longer has failed; None where the first one may take its time."""


class Rounds:
    """Looks at parts until it is cancelled; one that hangs holds up no other."""

    def __init__(self, sheet: Sheet, now_s: Callable[[], float] = time.time) -> None:
        self._sheet = sheet
        self._now_s = now_s
        self._failing: set[str] = set()

    async def run(self, parts: tuple[Part, ...], stopping: asyncio.Event) -> None:
        """Until the stop."""
        running = [asyncio.create_task(self._again_and_again(part)) for part in parts]
        stopped = asyncio.create_task(stopping.wait())
        try:
            done, _ = await asyncio.wait((*running, stopped), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (*running, stopped):
                task.cancel()
            await asyncio.gather(*running, stopped, return_exceptions=True)

    async def _again_and_again(self, part: Part) -> None:
        while True:
            await self.once(part)
            await asyncio.sleep(part.every_s)

    async def once(self, part: Part) -> bool:
        """One look; whether it succeeded."""
        began_s = time.perf_counter()
        try:
            async with asyncio.timeout(part.limit_s):
                found = await part.look()
        except (ServiceError, OSError) as error:  # a TimeoutError is an OSError
            if part.name not in self._failing:
                self._failing.add(part.name)
                log.warning("census_waits", part=part.name, error=str(error) or repr(error))
            return False
        if part.name in self._failing:
            self._failing.discard(part.name)
            log.info("census_goes_on", part=part.name)
        self._sheet.put(found)
        self._sheet.add("census_duration_seconds", time.perf_counter() - began_s, part.name)
        self._sheet.add("census_last_success_timestamp_seconds", self._now_s(), part.name)
        return True
