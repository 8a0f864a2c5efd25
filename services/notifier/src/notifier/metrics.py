"""Numbers of the notifier."""

from datetime import datetime

from prometheus_client import Counter, Histogram

from common.ids import parse_time
from common.metrics import CHAIN_BUCKETS
from notifier.telling import Known

NOTIFICATIONS = Counter(
    "paperbus_notifications_total",
    "Tries to tell somebody, by what came of them.",
    ["channel", "outcome"],
)
DELIVERED = Histogram(
    "paperbus_announce_to_delivered_seconds",
    "From the announcement of a paper to its being told.",
    buckets=CHAIN_BUCKETS,
)


def delivered(event: Known, now: datetime) -> None:
    """Count how long a paper took to reach somebody; doing it again is no delay."""
    if event.announced_at and event.epoch == 0:
        waited = now - parse_time(event.announced_at)
        DELIVERED.observe(max(0.0, waited.total_seconds()))
