"""Language models behind any OpenAI-compatible endpoint (extra ``llm``)."""

from typing import TYPE_CHECKING

from common.errors import UsageError
from common.llm.ask import Ask, Chat, ModelMissing, Reply, Usage, estimate_tokens
from common.llm.prices import Prices, cost_usd, prices_of
from common.secret import Secret

if TYPE_CHECKING:
    from common.llm.endpoint import Endpoint

__all__ = [
    "Ask",
    "Chat",
    "ModelMissing",
    "Prices",
    "Reply",
    "Usage",
    "connect",
    "cost_usd",
    "estimate_tokens",
    "prices_of",
]


def connect(
    api_key: Secret, base_url: str = "", *, connect_timeout_s: float = 5, timeout_s: float = 120
) -> "Endpoint":
    """An endpoint ready to be asked; raises UsageError for a bad address. Nothing is sent yet."""
    if base_url and not base_url.startswith(("http://", "https://")):
        raise UsageError("OPENAI_BASE_URL", "must start with http:// or https:// and include /v1")
    # openai takes a second to import, and only a process that asks a model should pay for it.
    from common.llm.endpoint import Endpoint

    return Endpoint(api_key, base_url, connect_timeout_s=connect_timeout_s, timeout_s=timeout_s)
