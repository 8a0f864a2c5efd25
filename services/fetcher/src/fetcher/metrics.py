"""Metrics of the fetcher."""

from collections.abc import Iterable

from prometheus_client import Counter

ANNOUNCED = Counter("paperbus_papers_announced_total", "Papers and versions announced.", ["source"])
RUNS = Counter("paperbus_feed_runs_total", "Runs of feeds.", ["verdict"])


def begin(sources: Iterable[str], verdicts: Iterable[str]) -> None:
    """Count each of them from 0: a series that begins at 1 hides its first growth."""
    for source in sources:
        ANNOUNCED.labels(source)
    for verdict in verdicts:
        RUNS.labels(verdict)
