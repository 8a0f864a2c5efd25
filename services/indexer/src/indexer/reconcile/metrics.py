"""Numbers of the reconciliation."""

from prometheus_client import Counter, Gauge

RUNS = Counter("paperbus_reconcile_runs_total", "Reconciliations, by how they ended.", ["outcome"])
FOUND = Counter("paperbus_reconcile_found_total", "Things found wrong.", ["kind"])
MENDED = Counter("paperbus_reconcile_mended_total", "Things put right.", ["kind"])
LAST = Gauge(
    "paperbus_reconcile_last_success_timestamp_seconds", "When a reconciliation last ended well."
)
DURATION = Gauge("paperbus_reconcile_duration_seconds", "How long the last one took.")
