"""Numbers of the summarizer."""

from prometheus_client import Counter, Gauge, Histogram

from common.metrics import STAGE_BUCKETS
from common.texts import Summary

TOKENS = Counter("paperbus_llm_tokens_total", "Tokens paid for.", ["model", "kind"])
COST = Counter("paperbus_llm_cost_usd_total", "US dollars paid for tokens.", ["model"])
REQUESTS = Counter(
    "paperbus_llm_requests_total", "Calls of the language model.", ["model", "outcome"]
)
REQUEST_DURATION = Histogram(
    "paperbus_llm_request_duration_seconds",
    "Time of one call of the language model.",
    ["model"],
    buckets=STAGE_BUCKETS,
)
SUMMARIES = Counter("paperbus_summaries_total", "Summaries stated, by how they were made.", ["how"])
BUDGET = Gauge("paperbus_budget_usd", "What may be spent; absent without a limit.", ["period"])


def how(summary: Summary) -> str:
    """How a summary that is not from the store was made."""
    return "extractive" if summary.extractive else "model"
