"""Whether the stores answer, looked at steadily and not by every probe that asks."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from common.errors import ServiceError
from common.steady import Steady
from common.stopping import pause

EVERY_S = 5.0
CHECK_S = 3.0

Check = Callable[[], Awaitable[None]]
"""Raises a ServiceError when a dependency does not answer."""


class Readiness:
    """What the last look at the stores found."""

    def __init__(self, checks: Mapping[str, Check], steady: Steady | None = None) -> None:
        self.steady = steady or Steady()
        self.was_ready = False
        self._checks = checks
        self._problems: tuple[str, ...] = ()
        self._watching = False

    @property
    def is_ready(self) -> bool:
        """Whether it may be sent people; one look that fails does not change that."""
        return self.steady.ready

    @property
    def status(self) -> str:
        """ok, degraded, or loading before it was ready for the first time."""
        if not self._problems:
            return "ok"
        return "degraded" if self.was_ready else "loading"

    async def problems(self) -> tuple[str, ...]:
        """Names of stores that do not answer; asked now only if nobody watches them."""
        return self._problems if self._watching else await self.look()

    async def look(self) -> tuple[str, ...]:
        """Ask all stores."""
        self._problems = tuple(sorted(await failing(self._checks)))
        self.was_ready = self.steady.look(fine=not self._problems) or self.was_ready
        return self._problems

    async def watch(self, stopping: asyncio.Event) -> None:
        """Look again and again until the stop."""
        while not stopping.is_set():
            await self.look()
            self._watching = True
            await pause(stopping, EVERY_S)


async def failing(checks: Mapping[str, Check]) -> dict[str, str]:
    """Names of stores that do not answer, with why."""
    told = await asyncio.gather(*(_problem(check) for check in checks.values()))
    return {name: problem for name, problem in zip(checks, told, strict=True) if problem}


async def _problem(check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_S):
            await check()
    except TimeoutError:
        return f"no answer within {CHECK_S:g} s"
    except ServiceError as error:
        return str(error) or type(error).__name__
    return ""
