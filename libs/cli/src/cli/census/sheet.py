"""What the census tells, as Prometheus reads it; what is not known is absent and never 0."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

PREFIX = "paperbus_"

Values = Mapping[tuple[str, ...], float]
Found = dict[str, Values]
"""Values by labels, by name of the gauge without the prefix."""


class Told(NamedTuple):
    """One gauge."""

    name: str
    text: str
    labels: tuple[str, ...] = ()
    over: str = "max"
    """How it is put together where two workers tell the same."""


DURABLE = ("durable", "service")

GAUGES: tuple[Told, ...] = (
    Told("papers", "Papers by how far their newest version has come.", ("state",)),
    Told(
        "paper_oldest_wait_seconds",
        "Age of the announcement that waits longest; 0 when none waits.",
        ("step",),
    ),
    Told("consumer_pending", "Messages not yet given out.", DURABLE),
    Told("consumer_ack_pending", "Messages given out and not settled.", DURABLE),
    Told("consumer_redelivered", "Messages given out again and not settled.", DURABLE),
    Told("consumer_paused", "1 while nothing is given out.", DURABLE),
    Told(
        "consumer_oldest_age_seconds",
        "Age of the oldest message not yet settled; 0 when all are.",
        DURABLE,
    ),
    Told("stream_messages", "Messages kept.", ("stream",)),
    Told("stream_bytes", "Bytes kept.", ("stream",)),
    Told("stream_max_bytes", "Limit in bytes; absent without one.", ("stream",)),
    Told("dead_letters_held", "Dead letters neither replayed nor dropped.", ("service", "reason")),
    Told(
        "coverage_ratio",
        "Share of the papers of the newest announcement day that are in the ledger.",
        ("source",),
    ),
    Told("harvest_last_timestamp_seconds", "When a feed last ran without error.", ("feed",)),
    Told(
        "schedule_last_success_timestamp_seconds",
        "When the work of a schedule last ended well.",
        ("schedule",),
    ),
    Told("schedule_paused", "1 while a schedule is paused.", ("schedule",)),
    Told("backup_last_success_timestamp_seconds", "When a backup was last made."),
    Told("backup_bytes", "Size of the newest backup."),
    Told("reconcile_last_timestamp_seconds", "When the newest good reconciliation ended."),
    Told("reconcile_differences", "What the newest reconciliation found and could not mend."),
    Told("nats_healthy", "1 when the full /healthz of every NATS server says ok."),
    Told("dependency_up", "1 when it answers the operator.", ("dependency",)),
    Told(
        "service_ready",
        "1 when the service says that it is ready, as asked by the operator.",
        ("service",),
    ),
    Told("disk_used_ratio", "Share of the volume in use.", ("volume",)),
    Told("disk_free_bytes", "Bytes free on the volume.", ("volume",), over="min"),
    Told("storage_bytes", "Bytes kept, as last surveyed.", ("store", "class")),
    Told("spend_usd", "US dollars spent on models so far.", ("period",)),
    Told("key_age_seconds", "Age of the bus key of a user.", ("user",)),
    Told(
        "certificate_expiry_timestamp_seconds",
        "When a certificate ends.",
        ("name",),
        over="min",
    ),
    Told("emergency_mode", "1 while the system saves disk space."),
    Told(
        "census_last_success_timestamp_seconds",
        "When a part of the census was last known.",
        ("part",),
    ),
    Told("census_duration_seconds", "How long a part of the census took.", ("part",)),
)


class Sheet(Collector):
    """The newest values; written by the event loop, read by the thread that is scraped."""

    def __init__(self) -> None:
        self._told = {told.name: told for told in GAUGES}
        self._values: Found = {}

    def put(self, found: Found) -> None:
        """Replace all values of the gauges named; raises KeyError for one that is not declared."""
        for name, values in found.items():
            labels = self._told[name].labels
            assert all(len(given) == len(labels) for given in values), name
        self._values = {**self._values, **found}

    def value(self, name: str, *labels: str) -> float | None:
        """One value, None when it is not known."""
        return self._values.get(name, {}).get(labels)

    def add(self, name: str, value: float, *labels: str) -> None:
        """Replace one value of a gauge."""
        self.put({name: {**self._values.get(name, {}), labels: value}})

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """What is known now."""
        values = self._values
        for name, told in self._told.items():
            if values.get(name):
                yield _family(told, values[name])

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """All names, so that no other may be registered under one of them."""
        for told in self._told.values():
            yield _family(told, {})


def _family(told: Told, values: Values) -> GaugeMetricFamily:
    family = GaugeMetricFamily(PREFIX + told.name, told.text, labels=told.labels)
    for labels, value in sorted(values.items()):
        family.add_metric(labels, value)
    return family
