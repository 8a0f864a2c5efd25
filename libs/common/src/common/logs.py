"""Logs: one line an event, as text for people or JSON for collectors, secrets taken out."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from opentelemetry import trace

from common.controls.levels import LEVELS, Changing
from common.errorbook.occurrence import Occurrence, happened
from common.redact import redacted

ERRORS = ("error", "critical")


def configure(service: str, level: str, form: str) -> None:
    """Send all logs of this process to stderr; ``form`` is ``text`` or ``json``."""
    structlog.reset_defaults()
    before: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _service_and_trace(service),
        _tell_of_errors,
        # Tracebacks become text here, so that secrets are taken out of them too.
        structlog.processors.format_exc_info,
        _redact,
    ]
    renderer = _renderer(form)
    structlog.configure(
        processors=[*before, renderer],
        wrapper_class=Changing,
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    libraries = logging.StreamHandler(sys.stderr)
    libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[libraries], force=True)
    LEVELS.begin(level)


def _renderer(form: str) -> Any:
    if form == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(),
        pad_event_to=8,
        # The pretty formatter shows local variables, and those may hold secrets.
        exception_formatter=structlog.dev.plain_traceback,
    )


def _service_and_trace(service: str) -> Any:
    def add(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service"] = service
        span = trace.get_current_span().get_span_context()
        if span.is_valid:
            event["trace_id"] = f"{span.trace_id:032x}"
        return event

    return add


def _tell_of_errors(
    _logger: Any, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    if event.get("level") in ERRORS:
        error = _error_in(event.get("exc_info"))
        name = str(event.get("event", ""))
        words = str(event.get("error", ""))
        happened(Occurrence(error, name, str(event.get("trace_id", "")), words))
    return event


def _error_in(told: Any) -> BaseException | None:
    """The exception in any of the forms the two kinds of log know."""
    if isinstance(told, BaseException):
        return told
    found = told if isinstance(told, tuple) else sys.exc_info() if told else (None, None)
    return found[1] if isinstance(found[1], BaseException) else None


def _redact(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: value if name.startswith("_") else _safe(value) for name, value in event.items()}


def _safe(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _safe(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_safe(inner) for inner in value]
    return value if isinstance(value, (int, float, type(None))) else redacted(str(value))
