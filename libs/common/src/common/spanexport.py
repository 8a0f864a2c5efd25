"""Takes secrets out of failed spans before they leave the process (rule X10)."""

from collections.abc import Mapping, Sequence
from typing import Any

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Status

from common.redact import redacted


class Redacting(SpanExporter):
    """Hands spans on to ``inner``; the texts of errors are redacted, which others wrote."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send the spans."""
        return self._inner.export([_clean(span) for span in spans])

    def shutdown(self) -> None:
        """Nothing is sent any more."""
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send what waits."""
        return self._inner.force_flush(timeout_millis)


def _clean(span: ReadableSpan) -> ReadableSpan:
    if not span.events and not span.status.description:
        return span
    told = span.status.description
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_texts(span.attributes),
        events=[Event(e.name, _texts(e.attributes), e.timestamp) for e in span.events],
        links=span.links,
        kind=span.kind,
        instrumentation_scope=span.instrumentation_scope,
        status=Status(span.status.status_code, redacted(told) if told else None),
        start_time=span.start_time,
        end_time=span.end_time,
    )


def _texts(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    found = attributes or {}
    return {k: redacted(v) if isinstance(v, str) else v for k, v in found.items()}
