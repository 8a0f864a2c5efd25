"""Reads OTLP/HTTP protobuf bodies (OpenTelemetry protocol 1.x)."""

import zlib
from collections.abc import Iterator

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Status

from standalone.receiver.store import Span

Value = str | int | float | bool
MAX_BODY_BYTES = 16 * 1024 * 1024


def spans_of(body: bytes, encoding: str = "") -> list[Span]:
    """The spans in an export request; raises ValueError when it is none."""
    try:
        plain = _inflated(body) if encoding.lower() == "gzip" else body
        request = ExportTraceServiceRequest.FromString(plain)
    except (DecodeError, zlib.error) as error:
        raise ValueError("the body is no OTLP trace export") from error
    return list(_spans(request))


def _inflated(body: bytes) -> bytes:
    gunzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    plain = gunzip.decompress(body, MAX_BODY_BYTES)
    if gunzip.unconsumed_tail:
        raise ValueError("the body is too large once it is unpacked")
    if not gunzip.eof:
        raise ValueError("the body ends too early")
    return plain


def _spans(request: ExportTraceServiceRequest) -> Iterator[Span]:
    for resource in request.resource_spans:
        service = str(_attributes(resource.resource.attributes).get("service.name", ""))
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield Span(
                    trace_id=span.trace_id.hex(),
                    span_id=span.span_id.hex(),
                    parent_id=span.parent_span_id.hex(),
                    service=service,
                    name=span.name,
                    start_ns=span.start_time_unix_nano,
                    end_ns=span.end_time_unix_nano,
                    failed=span.status.code == Status.STATUS_CODE_ERROR,
                    attributes=_attributes(span.attributes),
                )


def _attributes(pairs: "Iterator[KeyValue] | list[KeyValue]") -> dict[str, Value]:
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: AnyValue) -> Value:
    kind = value.WhichOneof("value")
    if kind in ("string_value", "int_value", "double_value", "bool_value"):
        plain: Value = getattr(value, kind)
        return plain
    return str(value).strip()
