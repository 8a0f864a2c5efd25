"""Metrics of the fetcher."""

from prometheus_client import Counter

ANNOUNCED = Counter("paperbus_papers_announced_total", "Papers and versions announced.", ["source"])
RUNS = Counter("paperbus_feed_runs_total", "Runs of feeds.", ["verdict"])
