"""Digests of periods in which nothing came, for those who want to hear that, too."""

from collections.abc import Callable
from datetime import datetime

from common.ids import parse_time
from common.watches import Watch, last_end
from common.watches.delivery import FINAL
from notifier.gathering import Gathering
from notifier.records import Name, Records
from notifier.watchlist import Watchlist

EVERY_S = 60.0


class Quiet:
    """Looks at the period that ended last; ``now`` gives the present moment in UTC."""

    def __init__(
        self,
        records: Records,
        watchlist: Watchlist,
        gathering: Gathering,
        *,
        blocked: Callable[[Watch], datetime | None],
        now: Callable[[], datetime],
    ) -> None:
        self._records = records
        self._watchlist = watchlist
        self._gathering = gathering
        self._blocked = blocked
        self._now = now
        self._settled: dict[str, datetime] = {}

    async def once(self) -> None:
        """Write where a period ended and nothing was gathered; each period once."""
        watches = (await self._watchlist.by_id()).values()
        asked = {watch.id: watch for watch in watches if _wants(watch)}
        self._settled = {name: end for name, end in self._settled.items() if name in asked}
        ends = {name: last_end(watch, self._now()) for name, watch in asked.items()}
        over = [
            watch
            for name, watch in asked.items()
            if self._settled.get(name) != ends[name] and _stood(watch, ends[name])
        ]
        names = await self._records.still_open() if over else []
        for watch in over:
            end = ends[watch.id]
            mine = [name for name in names if name.watch == watch.id]
            if not self._blocked(watch) and not await self._is_gathered(mine, end):
                posted = await self._gathering.post(watch, end)
                if posted.state in FINAL:
                    self._settled[watch.id] = end

    async def _is_gathered(self, names: list[Name], end: datetime) -> bool:
        """Whether papers of that period are still to be told."""
        for name in names:
            held = await self._records.get(name)
            period = held.delivery.period if held else ""
            if period and parse_time(period) == end:
                return True
        return False


def _wants(watch: Watch) -> bool:
    return watch.active and watch.gathers and watch.empty


def _stood(watch: Watch, end: datetime) -> bool:
    """Whether the watch was there, and as it is now, when the period ended."""
    return all(parse_time(at) < end for at in (watch.created, watch.changed) if at)
