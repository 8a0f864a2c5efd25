"""Metrics of the fetcher."""

from prometheus_client import Counter, Gauge

ANNOUNCED = Counter("paperbus_papers_announced_total", "Papers and versions announced.", ["source"])
RUNS = Counter("paperbus_feed_runs_total", "Runs of feeds.", ["verdict"])
COVERAGE = Gauge(
    "paperbus_coverage_ratio",
    "Share of the papers of the newest announcement day that are in the ledger.",
    ["source"],
)
