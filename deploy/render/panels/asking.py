"""Asks Prometheus what a panel asks."""

from typing import Any, NamedTuple

import httpx
import msgspec

from common.errors import UsageError

POINTS = 240


class Span(NamedTuple):
    """What a page shows: from, to and one point each ``step``; seconds."""

    start: float
    end: float
    step: float


class Series(NamedTuple):
    """One answer: its labels, and a value for each time."""

    name: str
    labels: dict[str, str]
    points: list[tuple[float, float]]

    @property
    def last(self) -> float | None:
        """Grafana's lastNotNull."""
        return self.points[-1][1] if self.points else None


class Prometheus:
    """Its HTTP API."""

    def __init__(self, client: httpx.Client, *, span: Span, rate_s: int) -> None:
        self._client = client
        self.span = span
        self._rate = f"{rate_s}s"

    def course(self, target: dict[str, Any]) -> list[Series]:
        """The whole span of a target."""
        start, end, step = self.span
        found = self._ask("query_range", target, start=start, end=end, step=step)
        return [_series(target, one["metric"], one["values"]) for one in found]

    def now(self, target: dict[str, Any]) -> list[Series]:
        """The end of the span alone."""
        found = self._ask("query", target, time=self.span.end)
        return [_series(target, one["metric"], [one["value"]]) for one in found]

    def _ask(self, path: str, target: dict[str, Any], **more: float) -> list[dict[str, Any]]:
        query = target["expr"].replace("$__rate_interval", self._rate)
        try:
            answer = self._client.post(f"/api/v1/{path}", data={"query": query, **more})
            body = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise UsageError("--prometheus", f"it does not answer: {error}") from error
        if body["status"] != "success":
            raise UsageError("expr", f"{query}: {body['error']}")
        found: list[dict[str, Any]] = msgspec.convert(body["data"]["result"], list[dict[str, Any]])
        return found


def _series(
    target: dict[str, Any], labels: dict[str, str], values: list[tuple[float, str]]
) -> Series:
    points = [(at, float(value)) for at, value in values]
    return Series(
        _name(target["legendFormat"], labels), labels, [p for p in points if p[1] == p[1]]
    )


def _name(pattern: str, labels: dict[str, str]) -> str:
    if pattern == "__auto":
        return ", ".join(labels.values()) or "value"
    for label, value in labels.items():
        pattern = pattern.replace(f"{{{{{label}}}}}", value)
    return pattern
