"""``python tests/metrics_doc.py``: write the table of all metrics into its page."""

import importlib
import re
from collections.abc import Iterator
from types import ModuleType
from typing import NamedTuple

from prometheus_client.metrics import MetricWrapperBase

from cli.census.sheet import GAUGES, PREFIX
from source_tree import FILES, ROOT, name_of, package_of

PAGE = ROOT / "docs" / "operations" / "metrics.md"
BEGIN, END = "<!-- begin: written by tests/metrics_doc.py -->", "<!-- end -->"

OVER = {
    "paperbus_messages_in_work": "sum",
    "paperbus_event_loop_lag_seconds": "max",
    "paperbus_ready": "min",
    "paperbus_build_info": "count",
    "paperbus_upstream_stopped_until_timestamp_seconds": "max",
    "paperbus_reconcile_last_success_timestamp_seconds": "max",
    "paperbus_reconcile_duration_seconds": "max",
    "paperbus_budget_usd": "max",
    "paperbus_sse_clients": "sum",
    "paperbus_dlq_messages": "max",
}
"""How gauges of services are put together over replicas; all else is a sum of rates."""
ALSO = {"paperbus_build_info": ("service", "version")}
"""Labels that a metric gets with its value."""
CENSUS = "operator (census)"


class Metric(NamedTuple):
    """One row of the table."""

    name: str
    kind: str
    labels: tuple[str, ...]
    of: str
    over: str
    text: str
    buckets: tuple[float, ...] = ()


def modules() -> Iterator[tuple[ModuleType, str]]:
    """Those that declare metrics, and whose they are."""
    for file in FILES:
        if re.search(
            r"^from prometheus_client import .*\b(Counter|Gauge|Histogram|Info)\b",
            file.read_text(),
            re.MULTILINE,
        ):
            name = name_of(file).removesuffix(".py").replace("/", ".")
            package = package_of(file)
            yield importlib.import_module(name), "every worker" if package == "common" else package


def declared() -> list[Metric]:
    """Every metric of every process, in the order of the code."""
    found = [
        _told(one, of)
        for module, of in modules()
        for one in vars(module).values()
        if isinstance(one, MetricWrapperBase)
    ]
    found += [
        Metric(PREFIX + told.name, "gauge", told.labels, CENSUS, told.over, told.text)
        for told in GAUGES
    ]
    return sorted(found, key=lambda one: (one.of != "every worker", one.of == CENSUS, one.of))


def _told(metric: MetricWrapperBase, of: str) -> Metric:
    (family,) = metric.describe()
    kind = {"info": "gauge"}.get(family.type, family.type)
    name = family.name + {"counter": "_total", "info": "_info"}.get(family.type, "")
    labels = ALSO.get(name, tuple(metric._labelnames))
    over = "sum" if kind in ("counter", "histogram") else OVER[name]
    buckets = tuple(getattr(metric, "_kwargs", {}).get("buckets") or ())
    return Metric(name, kind, labels, of, over, family.documentation, buckets)


def table() -> str:
    """As it stands in the page."""
    lines = ["| metric | type | labels | told by | over replicas | meaning |"]
    lines += ["| --- | --- | --- | --- | --- | --- |"]
    for one in declared():
        labels = ", ".join(f"`{label}`" for label in one.labels)
        over = f"{one.over} of rates" if one.kind in ("counter", "histogram") else one.over
        lines.append(f"| `{one.name}` | {one.kind} | {labels} | {one.of} | {over} | {one.text} |")
    return "\n".join(lines)


def page() -> str:
    """The page with the table as it should be."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(page())
