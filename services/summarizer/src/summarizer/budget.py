"""What may be spent in a day and in a month; when it is spent, the work waits for the next one.

The records of ``spend`` are the truth. Calls under way are not in them yet, so a limit may be
passed by what the workers of all replicas have asked for at that moment, and no further.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from common.errors import Unavailable
from common.llm import Ask, Chat, Reply
from common.pauses import next_day, next_month
from summarizer.spend import Spend

REFRESH_S = 15.0


class OverBudget(Unavailable):
    """Nothing may be spent before ``until``."""

    def __init__(self, span: str, spent_usd: float, limit_usd: float, *, until: datetime) -> None:
        spent = f"{spent_usd:.2f} of {limit_usd:g} USD are spent"
        super().__init__(f"budget of the {span}", f"{spent}; it goes on at {until:%Y-%m-%dT%H:%MZ}")
        self.until = until


class Limits(NamedTuple):
    """US dollars; 0 means no limit."""

    day_usd: float = 0.0
    month_usd: float = 0.0


class _Read(NamedTuple):
    """What other processes and this one had spent on a day when it was read."""

    usd: float
    own_usd: float
    at: datetime


class Budget:
    """Compares what was spent with the limits; ``now`` gives RFC 3339 UTC."""

    def __init__(self, spend: Spend, limits: Limits, now: Callable[[], str]) -> None:
        self._spend = spend
        self._limits = limits
        self._now = now
        self._days: dict[str, _Read] = {}

    async def check(self) -> None:
        """Raise OverBudget when a limit is reached, Unavailable when nobody can tell."""
        now = datetime.fromisoformat(self._now()).astimezone(UTC)
        if self._limits.day_usd:
            spent = await self._of_day(now, now)
            if spent >= self._limits.day_usd:
                raise OverBudget("day", spent, self._limits.day_usd, until=next_day(now))
        if self._limits.month_usd:
            spent = 0.0
            for day in range(now.day):
                spent += await self._of_day(now - timedelta(days=day), now)
            if spent >= self._limits.month_usd:
                raise OverBudget("month", spent, self._limits.month_usd, until=next_month(now))

    async def _of_day(self, day: datetime, now: datetime) -> float:
        name = day.date().isoformat()
        own_usd = self._spend.recorded_usd.get(name, 0.0)
        read = self._days.get(name)
        is_over = now - day > timedelta(days=1)  # the day before may still get late records
        if read is None or not (is_over or now - read.at < timedelta(seconds=REFRESH_S)):
            usd = await self._spend.spent_usd(name)
            read = self._days[name] = _Read(usd, self._spend.recorded_usd.get(name, 0.0), now)
            own_usd = read.own_usd
        return read.usd + own_usd - read.own_usd


class Budgeted:
    """A chat that is asked only while there is money; a conversation that began may end."""

    def __init__(self, chat: Chat, budget: Budget) -> None:
        self._chat = chat
        self._budget = budget

    async def ask(self, ask: Ask) -> Reply:
        """As ``Chat.ask``; raises OverBudget too."""
        if not ask.previous:
            await self._budget.check()
        return await self._chat.ask(ask)
