"""OTLP bodies."""

import gzip
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

from standalone.receiver.otlp import MAX_BODY_BYTES, spans_of


def value(of: Any) -> AnyValue:
    kinds = {str: "string_value", bool: "bool_value", int: "int_value", float: "double_value"}
    if isinstance(of, list):
        return AnyValue(array_value=ArrayValue(values=[value(one) for one in of]))
    return AnyValue(**{kinds[type(of)]: of})


def body(**attributes: Any) -> bytes:
    span = Span(
        trace_id=bytes.fromhex("0af7651916cd43dd8448eb211c80319c"),
        span_id=bytes.fromhex("b7ad6b7169203331"),
        parent_span_id=bytes.fromhex("00f067aa0ba902b7"),
        name="process paper.fetched",
        start_time_unix_nano=1_700_000_000_000_000_000,
        end_time_unix_nano=1_700_000_000_000_000_005,
        status=Status(code=Status.STATUS_CODE_ERROR),
        attributes=[KeyValue(key=key, value=value(of)) for key, of in attributes.items()],
    )
    resource = Resource(attributes=[KeyValue(key="service.name", value=value("indexer"))])
    spans = ResourceSpans(resource=resource, scope_spans=[ScopeSpans(spans=[span, span])])
    return bytes(ExportTraceServiceRequest(resource_spans=[spans]).SerializeToString())


def test_a_span_with_all_it_has() -> None:
    first, second = spans_of(body(paper="arxiv:1", n=3, x=0.5, ok=True))
    assert first == second
    assert first.trace_id == "0af7651916cd43dd8448eb211c80319c"
    assert (first.span_id, first.parent_id) == ("b7ad6b7169203331", "00f067aa0ba902b7")
    assert (first.service, first.name) == ("indexer", "process paper.fetched")
    assert first.end_ns - first.start_ns == 5
    assert first.failed
    assert first.attributes == {"paper": "arxiv:1", "n": 3, "x": 0.5, "ok": True}


def test_lists_become_text() -> None:
    (span, _) = spans_of(body(tags=["a", "b"]))
    assert "a" in str(span.attributes["tags"])


@pytest.mark.parametrize("encoding", ["gzip", "GZIP"])
def test_packed_bodies(encoding: str) -> None:
    assert spans_of(gzip.compress(body(), mtime=0), encoding) == spans_of(body())


def test_nothing_is_no_spans() -> None:
    assert spans_of(b"") == []


@pytest.mark.parametrize(
    ("sent", "encoding"),
    [
        (b"\xff\xff\xff", ""),
        (b"{}", ""),
        (b"not packed", "gzip"),
        (gzip.compress(b"{}", mtime=0), "gzip"),
        (gzip.compress(body(), mtime=0)[:-9], "gzip"),
        (gzip.compress(b"\0" * (MAX_BODY_BYTES + 1), mtime=0), "gzip"),
        (b"", "gzip"),
    ],
)
def test_what_is_no_export_is_refused(sent: bytes, encoding: str) -> None:
    with pytest.raises(ValueError, match="body"):
        spans_of(sent, encoding)


@given(st.binary(max_size=300), st.sampled_from(["", "gzip"]))
def test_no_body_breaks_it(sent: bytes, encoding: str) -> None:
    try:
        spans_of(sent, encoding)
    except ValueError:
        return
