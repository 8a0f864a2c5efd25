"""Spans of failures leave without what others wrote into their errors."""

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Link, SpanKind, StatusCode

from common.redact import remember
from common.spanexport import Redacting

SECRET = "quite-unlike-any-credential"


def test_an_error_is_told_without_its_secrets_and_nothing_else_changes() -> None:
    remember(SECRET)
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(Redacting(kept)))
    tracer = provider.get_tracer("test")
    with tracer.start_as_current_span("before") as before:
        pass
    links = [Link(before.get_span_context())]
    with tracer.start_as_current_span("work", kind=SpanKind.CONSUMER, links=links) as span:
        span.set_attributes({"paper": "arxiv:1", "url": f"https://x/?k={SECRET}", "n": 3})
        span.record_exception(ValueError(f"refused {SECRET}, password=hunter22"))
        span.set_status(StatusCode.ERROR, f"refused {SECRET}")
    plain, found = kept.get_finished_spans()

    text = found.to_json()
    assert SECRET not in text
    assert "hunter22" not in text
    assert found.status.description == "refused ***"
    assert found.attributes == {"paper": "arxiv:1", "url": "https://x/?k=***", "n": 3}
    assert found.events[0].attributes is not None
    assert found.events[0].attributes["exception.type"] == "ValueError"
    assert (found.name, found.kind, len(found.links)) == ("work", SpanKind.CONSUMER, 1)
    assert found.start_time is not None
    assert (found.end_time or 0) > found.start_time
    assert plain.name == "before"
