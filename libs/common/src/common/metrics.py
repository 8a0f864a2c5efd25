"""Metrics every service has; names after the Prometheus conventions, labels bounded."""

from prometheus_client import Counter, Gauge, Histogram, Info, disable_created_metrics

# they double the series, and a reset is seen without them
disable_created_metrics()  # type: ignore[no-untyped-call]

STAGE_BUCKETS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
REQUEST_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10)
"""With the bounds of the alerts, 200 ms and 1 s."""
CHAIN_BUCKETS = (1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 24 * 3600)
"""From an announcement to an end of the chain."""

MESSAGES = Counter(
    "paperbus_messages_total", "Messages settled.", ["service", "subject", "outcome"]
)
IN_WORK = Gauge("paperbus_messages_in_work", "Messages being handled now.", ["service", "subject"])
STAGE_DURATION = Histogram(
    "paperbus_paper_stage_duration_seconds",
    "From taking a message to storing its result.",
    ["stage"],
    buckets=STAGE_BUCKETS,
)
DEAD_LETTERS = Counter("paperbus_dead_letters_total", "Dead letters.", ["service", "reason"])
REDRIVEN = Counter(
    "paperbus_dead_letters_redriven_total",
    "Dead letters replayed by the service itself, because what failed works again.",
    ["service"],
)
WAITS = Counter(
    "paperbus_dependency_waits_total", "Waits for a dependency that is down.", ["dependency"]
)
LOST_RACES = Counter(
    "paperbus_ledger_races_lost_total", "Results dropped because another was faster.", ["service"]
)
BUS_ERRORS = Counter("paperbus_bus_errors_total", "Errors reported by the bus client.", ["kind"])
ERRORS = Counter("paperbus_errors_total", "Errors that were logged, by type.", ["service", "type"])
LOOP_LAG = Gauge(
    "paperbus_event_loop_lag_seconds",
    "How late the event loop was at its last beat.",
    ["service"],
)
READY = Gauge("paperbus_ready", "1 when the service is ready.", ["service"])
BUILD = Info("paperbus_build", "Service and version.")


def begin(service: str, subject: str) -> None:
    """Count messages from 0: a series that begins at 1 hides its first growth."""
    for outcome in ("done", "dead"):
        MESSAGES.labels(service, subject, outcome)
