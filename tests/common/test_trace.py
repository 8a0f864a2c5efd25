"""Trace context as text."""

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider

from common.trace import context_of, current_traceparent, trace_id_of

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TRACER = TracerProvider().get_tracer("test")


def test_there_is_none_outside_of_a_span() -> None:
    assert current_traceparent() == ""


def test_a_span_goes_on_where_the_text_says() -> None:
    with TRACER.start_as_current_span("x", context=context_of(PARENT)) as span:
        assert isinstance(span, ReadableSpan)
        assert span.parent is not None
        assert f"{span.parent.span_id:016x}" == "b7ad6b7169203331"
        assert trace_id_of(current_traceparent()) == trace_id_of(PARENT)
        assert current_traceparent() != PARENT
    assert current_traceparent() == ""


@pytest.mark.parametrize("text", ["", "nonsense", "00-00000000000000000000000000000000-0-01", "-"])
def test_what_is_no_context_starts_a_new_trace(text: str) -> None:
    with TRACER.start_as_current_span("outer"):
        found = trace.get_current_span(context_of(text)).get_span_context()
        assert not found.is_valid


@pytest.mark.parametrize(
    ("text", "trace_id"),
    [(PARENT, "0af7651916cd43dd8448eb211c80319c"), ("", ""), ("a-b", ""), ("nonsense", "")],
)
def test_trace_id(text: str, trace_id: str) -> None:
    assert trace_id_of(text) == trace_id
