"""What models cost in a span, from the records of the summarizer."""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from cli.report.figures import Spend
from cli.report.span import Span
from common.errors import UNREADABLE
from common.kv import Kv, key


class Paid(msgspec.Struct, frozen=True):
    """A record as far as it is told."""

    model: str = ""
    cost_usd: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    kept: bool = True


async def spend(kv: Kv, span: Span) -> Spend:
    """The span, and the sum of the one before; raises Unavailable."""
    return added(await _of(kv, span), await _of(kv, span.before))


def added(paid: Iterable[Paid], before: Iterable[Paid]) -> Spend:
    """Pure."""
    models: defaultdict[str, float] = defaultdict(float)
    tokens, in_vain = 0, 0.0
    for one in paid:
        models[one.model or "unknown"] += one.cost_usd
        tokens += one.prompt_tokens + one.completion_tokens
        in_vain += 0.0 if one.kept else one.cost_usd
    return Spend(
        usd=round(sum(models.values()), 6),
        before_usd=round(sum(one.cost_usd for one in before), 6),
        in_vain_usd=round(in_vain, 6),
        models={name: round(usd, 6) for name, usd in sorted(models.items())},
        tokens=tokens,
    )


async def _of(kv: Kv, span: Span) -> list[Paid]:
    found = []
    for day in span.each_day():
        for _, entry in await kv.items(f"{key(day)}."):
            try:
                found.append(msgspec.json.decode(entry.value, type=Paid))
            except UNREADABLE:
                continue
    return found
