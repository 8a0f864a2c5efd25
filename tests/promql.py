"""What a query of Prometheus names, told from its syntax tree."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import promql_parser

from known_metrics import labels_of


class Named(NamedTuple):
    """A metric, with the labels its matchers name and the values they must equal."""

    metric: str
    labels: frozenset[str]
    equal: dict[str, str]


def selectors(query: str) -> list[Named]:
    """Every metric that the query names; raises ValueError for what Prometheus would refuse."""
    found: list[Named] = []

    def visit(node: Any) -> None:
        if isinstance(node, promql_parser.VectorSelector):
            matchers = node.matchers.matchers
            equal = {m.name: m.value for m in matchers if m.op == promql_parser.MatchOp.Equal}
            found.append(Named(node.name or "", frozenset(m.name for m in matchers), equal))

    promql_parser.walk(promql_parser.parse(query.replace("$__rate_interval", "5m")), visit)
    return found


def problems(query: str) -> Iterator[str]:
    """What the query names that does not exist."""
    for metric, labels, _ in selectors(query):
        known = labels_of(metric)
        if known is None:
            yield f"nobody exports {metric}"
        elif more := labels - known:
            yield f"{metric} has no label {', '.join(sorted(more))}"
