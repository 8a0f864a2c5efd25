"""W3C trace context as text, so that it can travel in the body of a message."""

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR = TraceContextTextMapPropagator()


def current_traceparent() -> str:
    """The traceparent of the current span, empty when there is none."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier)
    return carrier.get("traceparent", "")


def context_of(traceparent: str) -> Context:
    """The context a traceparent names; an empty one starts a new trace."""
    return _PROPAGATOR.extract({"traceparent": traceparent}, context=Context())


def trace_id_of(traceparent: str) -> str:
    """The 32 hex digits of the trace, empty when there are none."""
    parts = traceparent.split("-")
    return parts[1] if len(parts) == 4 else ""


def tracer() -> trace.Tracer:
    """The tracer of this process."""
    return trace.get_tracer("paperbus")
