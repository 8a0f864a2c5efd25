"""What tokens cost: a small table of list prices, and the sum."""

from typing import NamedTuple


class Prices(NamedTuple):
    """US dollars per million tokens."""

    prompt: float
    completion: float


# List prices of OpenAI as published in 2025; the longest matching beginning of a name counts.
# Settings override them, and a model that is not here costs 0 and is reported as unknown.
_LIST: dict[str, Prices] = {
    "gpt-4o": Prices(2.50, 10.00),
    "gpt-4o-mini": Prices(0.15, 0.60),
    "gpt-4.1": Prices(2.00, 8.00),
    "gpt-4.1-mini": Prices(0.40, 1.60),
    "gpt-4.1-nano": Prices(0.10, 0.40),
    "gpt-5": Prices(1.25, 10.00),
    "gpt-5-mini": Prices(0.25, 2.00),
    "gpt-5-nano": Prices(0.05, 0.40),
}


def prices_of(model: str) -> Prices | None:
    """The list price of a model or of a dated release of it, or None."""
    fitting = [name for name in _LIST if model == name or model.startswith(f"{name}-20")]
    return _LIST[max(fitting, key=len)] if fitting else None


def cost_usd(prices: Prices | None, prompt_tokens: int, completion_tokens: int) -> float:
    """US dollars, to a millionth; 0 without prices."""
    if prices is None:
        return 0.0
    return round(
        (prompt_tokens * prices.prompt + completion_tokens * prices.completion) / 1_000_000, 6
    )
