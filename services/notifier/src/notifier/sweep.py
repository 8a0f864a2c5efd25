"""The task that goes on with deliveries that wait, or were left behind by a crash."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable

import structlog

from common.errors import ServiceError
from common.stopping import pause
from common.watches import Mail, Watch
from notifier.gathering import Gathering
from notifier.records import Name, Records
from notifier.teller import Teller
from notifier.watchlist import Watchlist

log = structlog.get_logger("paperbus")
AT_ONCE = 8


class Sweep:
    """Looks at every open delivery now and then."""

    def __init__(
        self, records: Records, teller: Teller, gathering: Gathering, watchlist: Watchlist
    ) -> None:
        self._records = records
        self._teller = teller
        self._gathering = gathering
        self._watchlist = watchlist
        self._gate = asyncio.Semaphore(AT_ONCE)

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

    async def _of_watch(self, names: list[Name], watch: Watch | None) -> None:
        async with self._gate:
            gathered = [
                name
                for name in names
                if not self._gathering.is_asleep(name)
                and await self._teller.resume(name, watch) == "gathered"
            ]
            if gathered and watch and watch.active and isinstance(watch.channel, Mail):
                await self._gathering.go_on(watch, gathered, self._teller.blocked_until(watch))


def again_and_again(
    once: Callable[[], Awaitable[object]], stopping: asyncio.Event, *, every_s: float
) -> Callable[[], Awaitable[None]]:
    """What the runtime runs beside the handlers until ``stopping``."""

    async def run() -> None:
        while not stopping.is_set():
            try:
                await once()
            except ServiceError as error:
                log.warning("sweep_failed", error=str(error))
            await pause(stopping, every_s)

    return run
