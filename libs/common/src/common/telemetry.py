"""Traces over OTLP; without an endpoint nothing is recorded."""

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from common.spanexport import Redacting
from common.version import VERSION

EXPORT_EVERY_MS = 1000


def start(service: str, endpoint: str) -> TracerProvider | None:
    """Begin to send spans to the OTLP/HTTP receiver at ``endpoint``; None when it is empty.

    The caller shuts the provider down, which sends what is left.
    """
    if not endpoint:
        return None
    # Costs 0.2 s to import, and a service without traces should not pay for it.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    resource = Resource.create(
        {"service.name": service, "service.namespace": "paperbus", "service.version": VERSION}
    )
    provider = TracerProvider(resource=resource)
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=5)
    provider.add_span_processor(
        BatchSpanProcessor(
            Redacting(exporter), schedule_delay_millis=EXPORT_EVERY_MS, max_queue_size=8192
        )
    )
    trace.set_tracer_provider(provider)
    return provider
