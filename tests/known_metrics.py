"""The metrics that queries may name: those the code declares, and those of known exporters."""

import ast
from collections.abc import Iterator
from functools import cache

from cli.census.sheet import GAUGES, PREFIX
from source_tree import FILES, calls

SUFFIXES = {
    "Counter": ("_total",),
    "Gauge": ("",),
    "Histogram": ("_bucket", "_sum", "_count"),
    "Info": ("_info",),
}
MORE: dict[str, frozenset[str]] = {
    "Counter": frozenset(),
    "Gauge": frozenset(),
    "Histogram": frozenset({"le"}),
    "Info": frozenset({"service", "version"}),
}
OF_THE_SCRAPE = frozenset({"job", "instance", "service"})
OF_OTHERS = {
    "up": frozenset[str](),
    "ALERTS": frozenset({"alertname", "alertstate", "severity", "deadline", "route"}),
}
EXPORTERS = (
    "process_resident_memory_bytes",
    "process_virtual_memory_bytes",
    "process_cpu_seconds_total",
    "process_open_fds",
    "process_max_fds",
    "process_start_time_seconds",
    "prometheus_notifications_dropped_total",
    "prometheus_rule_evaluation_failures_total",
    "alertmanager_notifications_failed_total",
    # Qdrant's /metrics
    "rest_responses_total",
    "memory_resident_bytes",
    "collections_total",
    # MinIO, version 2 of its metrics
    "minio_s3_requests_total",
    "minio_s3_requests_5xx_errors_total",
    "minio_cluster_capacity_usable_free_bytes",
)
"""Names of known exporters, one by one: their own labels are in ``THEIRS``."""
THEIRS = {
    "alertmanager_notifications_failed_total": frozenset({"integration"}),
    "rest_responses_total": frozenset({"status"}),
}


def _declared() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Kind, name and labels of everything the code makes of prometheus_client."""
    for file in FILES:
        for call, name in calls(file):
            if name not in SUFFIXES or not call.args or not isinstance(call.args[0], ast.Constant):
                continue
            metric = call.args[0].value
            labels = ast.literal_eval(call.args[2]) if len(call.args) > 2 else ()
            yield name, str(metric), frozenset(labels)
    for gauge in GAUGES:
        yield "Gauge", PREFIX + gauge.name, frozenset(gauge.labels)


@cache
def ours() -> dict[str, frozenset[str]]:
    """Labels of each metric of our own; reading all the code takes seconds, so once at most."""
    found: dict[str, frozenset[str]] = {}
    for kind, metric, labels in _declared():
        for suffix in SUFFIXES[kind]:
            bare = metric.removesuffix("_total") if suffix == "_total" else metric
            found[bare + suffix] = found.get(bare + suffix, frozenset()) | labels | MORE[kind]
    return found


def labels_of(metric: str) -> frozenset[str] | None:
    """The labels a query may name; None for a metric that nobody exports."""
    if metric in ours():
        return ours()[metric] | OF_THE_SCRAPE
    if metric in OF_OTHERS:
        return OF_OTHERS[metric] | OF_THE_SCRAPE
    return THEIRS.get(metric, frozenset()) | OF_THE_SCRAPE if metric in EXPORTERS else None
