"""The task that goes on with deliveries that wait, or were left behind by a crash."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable

import structlog

from common.errors import ServiceError
from common.stopping import pause
from common.watches import Watch
from notifier.records import Name, Records
from notifier.teller import Teller
from notifier.watchlist import Watchlist

log = structlog.get_logger("paperbus")
AT_ONCE = 8


class Sweep:
    """Looks at every open delivery now and then."""

    def __init__(
        self, records: Records, teller: Teller, watchlist: Watchlist, *, every_s: float
    ) -> None:
        self._records = records
        self._teller = teller
        self._watchlist = watchlist
        self._every_s = every_s
        self._gate = asyncio.Semaphore(AT_ONCE)

    def task(self, stopping: asyncio.Event) -> Callable[[], Awaitable[None]]:
        """What the runtime runs beside the handlers until ``stopping``."""

        async def run() -> None:
            while not stopping.is_set():
                await self._once_or_later()
                await pause(stopping, self._every_s)

        return run

    async def once(self) -> int:
        """Go on with all that is due; how many were open. One slow receiver holds up no other."""
        names = await self._records.still_open()
        if not names:
            return 0
        watches = await self._watchlist.by_id()
        by_watch: defaultdict[str, list[Name]] = defaultdict(list)
        for name in names:
            by_watch[name.watch].append(name)
        ends = await asyncio.gather(
            *(self._of_watch(group, watches.get(watch)) for watch, group in by_watch.items()),
            return_exceptions=True,
        )
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        return len(names)

    async def _once_or_later(self) -> None:
        try:
            await self.once()
        except ServiceError as error:
            log.warning("sweep_failed", error=str(error))

    async def _of_watch(self, names: list[Name], watch: Watch | None) -> None:
        async with self._gate:
            for name in names:
                await self._teller.resume(name, watch)
