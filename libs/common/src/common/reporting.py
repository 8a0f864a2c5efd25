"""Reports errors by the Sentry protocol to a server of one's own choice; off by default.

Nothing about a person or a paper leaves: no request, no local variable, no host name, no log line,
no value inside a message; and every text goes through the redaction of the logs.
"""

import random
from collections.abc import Callable, Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta
from opentelemetry import trace

from common.errorbook.occurrence import OWN, Occurrence, listen, unlisten
from common.errorbook.record import without_values
from common.errors import UsageError
from common.redact import redacted
from common.secret import Secret
from common.version import VERSION

CLOSE_S = 2.0
PRIVATE = (
    "request",
    "user",
    "extra",
    "breadcrumbs",
    "modules",
    "server_name",
    "sdk",
    "transaction",
)
Share = Annotated[float, Meta(ge=0, le=1)]
Json = dict[str, Any]


class ReportingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """To whom errors are reported."""

    sentry_dsn: Secret = Secret()
    """Address of a server that speaks the Sentry protocol; empty reports nothing to anybody."""
    sentry_environment: str = "production"
    """Under which name this system is shown there."""
    sentry_sample_rate: Share = 1.0
    """Share of the errors that is reported."""
    sentry_traces_sample_rate: Share = 0.0
    """Share of the handled messages and requests whose duration is reported."""
    sentry_profiles_sample_rate: Share = 0.0
    """Share of the processes whose use of the processor is reported."""

    def __post_init__(self) -> None:
        """Refuse an address that cannot be one; it is not repeated, as it holds a key."""
        parts = urlsplit(self.sentry_dsn.reveal())
        fits = parts.scheme in ("http", "https") and parts.username and parts.hostname
        if self.sentry_dsn and not (fits and parts.path.rpartition("/")[2].isdecimal()):
            raise UsageError("SENTRY_DSN", "must look like https://KEY@HOST/PROJECT-NUMBER")


def start(service: str, settings: ReportingSettings) -> Callable[[], None]:
    """Report from now on, if there is somebody to report to; what it gives ends that."""
    if not settings.sentry_dsn:
        return _nothing
    # Costs 0.3 s to import, and hardly anybody needs it.
    import sentry_sdk

    sentry_sdk.init(
        dsn=settings.sentry_dsn.reveal(),
        release=f"paperbus@{VERSION}",
        environment=settings.sentry_environment,
        server_name=service,
        sample_rate=settings.sentry_sample_rate,
        before_send=_cleaned,
        before_send_transaction=_cleaned,
        **_only_what_is_asked(),
        **_measured(settings),
    )
    if settings.sentry_traces_sample_rate:
        _follow_spans()

    def report(one: Occurrence) -> None:
        with sentry_sdk.new_scope() as scope:
            scope.set_tag("service", service)
            scope.set_tag("trace_id", one.trace_id)
            scope.fingerprint = [one.kind, one.place]
            if one.error is None:
                scope.capture_message(one.event, level="error")
            else:
                scope.capture_exception(one.error)

    def stop() -> None:
        unlisten(report)
        sentry_sdk.get_client().close(timeout=CLOSE_S)

    listen(report)
    return stop


def _nothing() -> None:
    """There is nothing to end."""


def _only_what_is_asked() -> Json:
    """Switches off all that looks at the program by itself."""
    return {
        "default_integrations": False,
        "auto_enabling_integrations": False,
        "auto_session_tracking": False,
        "send_client_reports": False,
        "include_local_variables": False,
        "include_source_context": False,
        "max_breadcrumbs": 0,
        "enable_metrics": False,
        "in_app_include": list(OWN),
    }


def _measured(settings: ReportingSettings) -> Json:
    chosen: Json = {}
    if settings.sentry_traces_sample_rate:
        chosen |= {"traces_sample_rate": settings.sentry_traces_sample_rate, "instrumenter": "otel"}
    if random.random() < settings.sentry_profiles_sample_rate:
        chosen |= {"profile_session_sample_rate": 1.0, "profile_lifecycle": "manual"}
    return chosen


def _follow_spans() -> None:
    """Let the spans that exist anyway be reported, whether or not they go elsewhere too."""
    # As above: only where it was asked for.
    from opentelemetry.sdk.trace import TracerProvider
    from sentry_sdk.integrations.opentelemetry import SentrySpanProcessor

    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider()
        trace.set_tracer_provider(provider)
    provider.add_span_processor(SentrySpanProcessor())


def _cleaned(event: Any, hint: Any) -> Any:
    """What is sent: types, places and words, nothing that tells of anybody."""
    del hint
    is_trace = event.get("type") == "transaction"
    left = {k: v for k, v in event.items() if k not in PRIVATE or (is_trace and k == "transaction")}
    left["contexts"] = {k: v for k, v in event.get("contexts", {}).items() if k == "trace"}
    for error in left.get("exception", {}).get("values", ()):
        error["value"] = without_values(str(error.get("value", "")))
    safe: Json = _safe(left)
    return safe


def _safe(value: Any) -> Any:
    if isinstance(value, Mapping):
        dropped = ("data", "abs_path", "vars")
        return {name: _safe(inner) for name, inner in value.items() if name not in dropped}
    if isinstance(value, (list, tuple)):
        return [_safe(inner) for inner in value]
    return redacted(value) if isinstance(value, str) else value
