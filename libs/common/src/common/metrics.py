"""Metrics every service has; names after the Prometheus conventions, labels bounded."""

from prometheus_client import Counter, Gauge, Histogram, Info

STAGE_BUCKETS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)

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
READY = Gauge("paperbus_ready", "1 when the service is ready.", ["service"])
BUILD = Info("paperbus_build", "Service and version.")
