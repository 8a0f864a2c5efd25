"""The metrics that queries may name: those the code declares, and those of known exporters."""

from functools import cache

import metrics_doc

OF_A_HISTOGRAM = {
    "_bucket": frozenset({"le"}),
    "_sum": frozenset[str](),
    "_count": frozenset[str](),
}
"""The series it is told in, and the labels these have beside its own."""
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


@cache
def ours() -> dict[str, frozenset[str]]:
    """Labels of each metric of our own."""
    found: dict[str, frozenset[str]] = {}
    for one in metrics_doc.declared():
        series = OF_A_HISTOGRAM if one.kind == "histogram" else {"": frozenset[str]()}
        found |= {
            one.name + suffix: frozenset(one.labels) | more for suffix, more in series.items()
        }
    return found


def labels_of(metric: str) -> frozenset[str] | None:
    """The labels a query may name; None for a metric that nobody exports."""
    if metric in ours():
        return ours()[metric] | OF_THE_SCRAPE
    if metric in OF_OTHERS:
        return OF_OTHERS[metric] | OF_THE_SCRAPE
    return THEIRS.get(metric, frozenset()) | OF_THE_SCRAPE if metric in EXPORTERS else None
