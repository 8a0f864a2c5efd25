"""The same thing has the same colour on every page."""

from collections.abc import Iterable
from typing import Any

from render.dashboards.model import Query

SERVICES = {
    "fetcher": "#5794F2",
    "indexer": "#B877D9",
    "summarizer": "#FF9830",
    "notifier": "#73BF69",
    "gateway": "#56C7C1",
    "operator": "#C0B5A0",
    # rows of the ledger beside the service's own
    "indexer-summary": "#DEB6F2",
    "notifier-embedded": "#C8F2C2",
}
OUTCOMES = {
    "done": "#73BF69",
    "ok": "#73BF69",
    "sent": "#73BF69",
    "already": "#5794F2",
    "cached": "#5794F2",
    "lost": "#8AB8FF",
    "stopped": "#8E8E8E",
    "retry": "#FADE2A",
    "unknown": "#FF9830",
    "failed": "#F2495C",
    "error": "#F2495C",
    "dead": "#F2495C",
    "gone": "#8E8E8E",
}
STATES = {
    "announced": "#5794F2",
    "fetched": "#B877D9",
    "embedded": "#FF9830",
    "summarised": "#FADE2A",
    "notified": "#73BF69",
    "dead": "#F2495C",
    "cancelled": "#8E8E8E",
}
QUANTILES = {"p50": "#5794F2", "p95": "#FF9830", "p99": "#F2495C"}
BY_LABEL = {
    "{{service}}": SERVICES,
    "{{stage}}": SERVICES,
    "{{outcome}}": OUTCOMES,
    "{{how}}": OUTCOMES,
    "{{state}}": STATES,
}


def overrides_of(queries: Iterable[Query]) -> list[dict[str, Any]]:
    """Grafana's overrides for the names that these queries give."""
    wanted: dict[str, str] = {}
    for query in queries:
        wanted |= BY_LABEL.get(query.legend, {})
        if query.legend in QUANTILES:
            wanted[query.legend] = QUANTILES[query.legend]
    return [
        {
            "matcher": {"id": "byName", "options": name},
            "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": colour}}],
        }
        for name, colour in wanted.items()
    ]
