"""What models cost today and this month, from the records of the summarizer."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from cli.census.bus import answered
from cli.census.sheet import Found
from common.errors import UNREADABLE
from common.kv import parts_of
from common.stream import Stored, onwards

if TYPE_CHECKING:
    from nats.js import JetStreamContext

STREAM = "KV_spend"
SUBJECT = "$KV.spend."


class Paid(msgspec.Struct, frozen=True):
    """A record as far as it is counted."""

    cost_usd: float = 0.0


class SpendPart:
    """Adds up records, which are never changed; each is read once."""

    def __init__(self, js: "JetStreamContext", now: Callable[[], datetime]) -> None:
        self._js = js
        self._now = now
        self._last = 0
        self._born = ""
        self._days: defaultdict[str, float] = defaultdict(float)
        """US dollars by day, YYYY-MM-DD."""

    async def look(self) -> Found:
        """US dollars of this day and this month, UTC; raises Unavailable."""
        info = await answered(self._js.stream_info(STREAM))
        born = "" if info is None else str(info.created)
        if info is not None and (info.state.last_seq < self._last or born != self._born):
            self._last, self._born = 0, born
            self._days.clear()
        async for stored in onwards(self._js, STREAM, f"{SUBJECT}>", after=self._last):
            self._take(stored)
            self._last = stored.seq
        return of_days(self._days, self._now())

    def _take(self, stored: Stored) -> None:
        if "KV-Operation" in stored.headers:
            return
        try:
            paid = msgspec.json.decode(stored.body, type=Paid)
        except UNREADABLE:
            return
        day = parts_of(stored.subject.removeprefix(SUBJECT))[0]
        self._days[day] += paid.cost_usd


def of_days(days: Mapping[str, float], now: datetime) -> Found:
    """The gauges."""
    month = f"{now:%Y-%m}-"
    spent = sum(usd for day, usd in days.items() if day.startswith(month))
    return {"spend_usd": {("day",): days.get(f"{now:%Y-%m-%d}", 0.0), ("month",): spent}}
