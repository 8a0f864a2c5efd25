"""What summaries cost: a create-only record of each paid piece of work (rule M2)."""

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from common.kv import Entry, key, parts_of
from common.llm import Prices, Reply, cost_usd
from common.texts import Summary
from summarizer.metrics import COST, TOKENS


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens and cost of one piece of work; ``kept`` is False when its answer was of no use."""

    recipe: str
    model: str
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float
    kept: bool = True
    estimated: bool = False
    endpoint: str = ""
    """Host that was paid; empty in older records, which count for every one."""


class Bucket(Protocol):
    """The part of ``common.kv.Kv`` used here."""

    async def create(self, key: str, value: bytes, /) -> int | None:
        """Store what is not there yet."""
        ...

    async def items(self, prefix: str = "", /) -> list[tuple[str, Entry]]:
        """All keys with a prefix."""
        ...


class Spend:
    """The spend counters of the summarizer; ``now`` gives RFC 3339 UTC."""

    def __init__(
        self,
        bucket: Bucket,
        prices: Callable[[str], Prices | None],
        now: Callable[[], str],
        *,
        endpoint: str = "",
    ) -> None:
        self._bucket = bucket
        self._prices = prices
        self._now = now
        self._endpoint = endpoint
        self.recorded_usd: dict[str, float] = {}
        """What this process recorded, by day."""

    def cost_usd(self, model: str, paid: Sequence[Reply]) -> float:
        """What the calls cost together."""
        tokens = [(reply.usage.prompt_tokens, reply.usage.completion_tokens) for reply in paid]
        prompt, completion = (sum(column) for column in zip(*tokens, strict=True))
        return cost_usd(self._prices(model), prompt, completion)

    async def kept(self, summary: Summary, paid: Sequence[Reply]) -> None:
        """Count a stored summary once, also when an earlier try stored it and died."""
        if summary.extractive:
            return
        spent = Spent(
            recipe=summary.recipe,
            model=summary.model,
            prompt_tokens=summary.prompt_tokens,
            completion_tokens=summary.completion_tokens,
            cost_usd=summary.cost_usd,
            endpoint=self._endpoint,
            estimated=any(reply.usage.estimated for reply in paid),
        )
        is_first = await self._record(key(summary.at[:10], summary.recipe), spent)
        if paid and not is_first:  # the object of the first was lost, and it was paid for again
            await self.lost(summary.recipe, summary.model, paid)

    async def lost(self, recipe: str, model: str, paid: Sequence[Reply]) -> None:
        """Count calls whose answers were of no use, each once."""
        for no, reply in enumerate(paid):
            now = self._now()
            spent = Spent(
                recipe=recipe,
                model=model,
                prompt_tokens=reply.usage.prompt_tokens,
                completion_tokens=reply.usage.completion_tokens,
                cost_usd=self.cost_usd(model, [reply]),
                kept=False,
                endpoint=self._endpoint,
                estimated=reply.usage.estimated,
            )
            name = key(now[:10], recipe, reply.call_id or f"{now}-{no}")
            await self._record(name, spent)

    async def of_day(self, day: str) -> list[Spent]:
        """All records of one day (YYYY-MM-DD)."""
        return [
            msgspec.json.decode(entry.value, type=Spent)
            for _, entry in await self._bucket.items(f"{key(day)}.")
        ]

    async def spent_usd(self, day: str) -> float:
        """What was paid on one day to this endpoint."""
        ours = ("", self._endpoint)
        return sum(one.cost_usd for one in await self.of_day(day) if one.endpoint in ours)

    async def _record(self, name: str, spent: Spent) -> bool:
        if await self._bucket.create(name, msgspec.json.encode(spent)) is None:
            return False
        day = parts_of(name)[0]
        self.recorded_usd[day] = self.recorded_usd.get(day, 0.0) + spent.cost_usd
        TOKENS.labels(spent.model, "input").inc(spent.prompt_tokens)
        TOKENS.labels(spent.model, "output").inc(spent.completion_tokens)
        COST.labels(spent.model).inc(spent.cost_usd)
        return True
