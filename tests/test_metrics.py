"""Every metric has a name by the conventions, bounded labels, and its line in the page."""

import re

import pytest
from prometheus_client import REGISTRY

import metrics_doc
from common import metrics
from common.metrics import CHAIN_BUCKETS, REQUEST_BUCKETS, STAGE_BUCKETS
from metrics_doc import Metric

METRICS = metrics_doc.declared()
PLAIN = {
    *("messages_in_work", "ready", "papers", "sse_clients", "dlq_messages", "dead_letters_held"),
    *("consumer_pending", "consumer_ack_pending", "consumer_redelivered", "consumer_paused"),
    *("stream_messages", "schedule_paused", "reconcile_differences", "nats_healthy"),
    *("dependency_up", "service_ready", "emergency_mode"),
}
"""Gauges that count things or say yes or no, and so have no unit."""
UNITS = ("_seconds", "_bytes", "_ratio", "_usd", "_info")
NO_BASE = re.compile(r"_(ms|millis|milliseconds|minutes|hours|days|kb|mb|gb|percent|pct)(_|$)")
LABELS = {
    *("service", "subject", "outcome", "stage", "reason", "dependency", "kind", "type", "part"),
    *("source", "verdict", "host", "code", "model", "period", "how", "channel", "method", "route"),
    *("status", "mode", "durable", "stream", "state", "step", "feed", "schedule", "store", "class"),
    *("volume", "name", "user", "version"),
}
"""All of them have few values; ``user`` is one of the bus, ``name`` a configured address."""
BOUNDED = (STAGE_BUCKETS, REQUEST_BUCKETS, CHAIN_BUCKETS)


def test_messages_are_counted_from_nothing() -> None:
    metrics.begin("of-a-test", "paper.announced")
    for outcome in ("done", "dead"):
        labels = {"service": "of-a-test", "subject": "paper.announced", "outcome": outcome}
        assert REGISTRY.get_sample_value("paperbus_messages_total", labels) == 0


def test_metrics_are_found() -> None:
    names = {one.name for one in METRICS}
    assert len(names) == len(METRICS) > 60
    assert {"paperbus_messages_total", "paperbus_http_requests_total", "paperbus_papers"} <= names
    assert {one.of for one in METRICS} == {
        *("every worker", "fetcher", "indexer", "summarizer", "notifier", "gateway"),
        metrics_doc.CENSUS,
    }


@pytest.mark.parametrize("one", METRICS, ids=lambda one: one.name)
def test_a_metric_keeps_to_the_conventions(one: Metric) -> None:
    assert re.fullmatch(r"paperbus_[a-z][a-z0-9]*(_[a-z0-9]+)*", one.name)
    assert not NO_BASE.search(one.name)
    assert set(one.labels) <= LABELS, "a new label must have few values"
    assert one.text.endswith(".")
    assert "|" not in one.text
    if one.kind == "counter":
        assert one.name.endswith("_total")
    elif one.kind == "histogram":
        assert one.name.endswith("_seconds")
        assert one.buckets in BOUNDED
    else:
        assert one.kind == "gauge"
        assert not one.name.endswith("_total")
        assert one.name.endswith(UNITS) or one.name.removeprefix("paperbus_") in PLAIN
    assert one.over in ("sum", "max", "min", "count")


def test_gauges_of_services_say_how_they_are_put_together() -> None:
    services = {one.name for one in METRICS if one.kind == "gauge" and one.of != metrics_doc.CENSUS}
    assert services == set(metrics_doc.OVER)


def test_the_page_tells_every_metric() -> None:
    assert metrics_doc.PAGE.read_text() == metrics_doc.page(), "run `python tests/metrics_doc.py`"
