"""The one table from exceptions to answers (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

import msgspec
import structlog
from litestar.exceptions import HTTPException, MethodNotAllowedException
from opentelemetry import trace

from common.errors import Full, Retryable, Unavailable, UsageError
from common.querying import QuerySyntaxError
from gateway.failures import Refused, TooMany, Unknown

MEDIA_TYPE = "application/problem+json"
MENDS: dict[str, str] = {
    "limit": "give a whole number from 1 to 100",
    "cursor": "use the next_cursor of the page before, or leave it out",
    "has_pdf": "write true or false",
    "full_text": "write true or false",
    "q": "write a few words, a title or a paper id",
    "last_event_id": "give the id of the last event you saw, a whole number",
}
_log = structlog.get_logger("gateway.problems")


class FieldError(msgspec.Struct, frozen=True, kw_only=True):
    """Which value is wrong, and how to mend it."""

    field: str
    message: str
    position: int | None = None
    """Where in the value, counted from 1; null when it is wrong as a whole."""
    length: int | None = None
    """How many characters are wrong there."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What every answer with a status of 400 or more carries."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str = ""
    errors: tuple[FieldError, ...] = ()
    trace_id: str = ""


class Answer(NamedTuple):
    """A problem and the headers that go with it."""

    problem: Problem
    headers: dict[str, str]


def answer(error: Exception, *, path: str) -> Answer:
    """The answer to an exception; what nobody expected is logged, and not told."""
    status, detail, errors = _facts(error)
    problem = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=path,
        errors=errors,
        trace_id=_trace_id(),
    )
    return Answer(problem, _headers(error, status))


def _facts(error: Exception) -> tuple[int, str, tuple[FieldError, ...]]:
    match error:
        case QuerySyntaxError():
            told = FieldError(
                field=error.field,
                message=error.message,
                position=error.position,
                length=error.length,
            )
            return 400, str(error), (told,)
        case UsageError():
            told = FieldError(field=error.field, message=error.message)
            return 400, f"{error.field}: {error.message}", (told,)
        case Refused():
            return error.status, str(error), ()
        case Full():
            return 503, "There is no room to keep this now; nothing was stored. Try later.", ()
        case Unavailable():
            return 503, f"{error.dependency} does not answer; try again in a moment.", ()
        case Retryable():
            return 503, "The work could not be done now; try again in a moment.", ()
        case RecursionError():
            return 400, "The body is nested too deeply; send plain JSON.", ()
        case msgspec.DecodeError() | UnicodeDecodeError():
            return 400, f"The body is not what is expected: {error}.", ()
        case HTTPException():
            return _http(error)
    _log.error("request failed", exc_info=error)
    return 500, "Something went wrong here; the log of the gateway has the details.", ()


def _http(error: HTTPException) -> tuple[int, str, tuple[FieldError, ...]]:
    if isinstance(error.__cause__, RecursionError) or isinstance(error.__context__, RecursionError):
        return 400, "The body is nested too deeply; send plain JSON.", ()
    if error.status_code >= 500 and isinstance(error.__cause__, msgspec.ValidationError):
        # A field of the body named like something injected counts as our own mistake there.
        return 400, f"The body is not what is expected: {error.__cause__}.", ()
    if error.status_code >= 500:
        _log.error("request failed", exc_info=error)
        return error.status_code, "Something went wrong here.", ()
    errors = tuple(_field_errors(error.extra))
    detail = "; ".join(f"{one.field}: {one.message}" for one in errors) or _plain(error)
    return error.status_code, detail, errors


def _plain(error: HTTPException) -> str:
    if error.status_code == 404:
        return "There is nothing at this address."
    if isinstance(error, MethodNotAllowedException):
        return "This address does not know that method."
    return error.detail


def _field_errors(extra: Any) -> list[FieldError]:
    found = []
    for one in extra if isinstance(extra, list) else []:
        if isinstance(one, Mapping):
            field = str(one.get("key") or "body")
            mend = MENDS.get(field)
            told = str(one.get("message", "is wrong"))
            found.append(FieldError(field=field, message=f"{told}; {mend}" if mend else told))
    return found


def _headers(error: Exception, status: int) -> dict[str, str]:
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.retry_s)
    elif isinstance(error, Retryable):
        headers["Retry-After"] = str(max(1, round(error.delay_s or 5)))
    elif isinstance(error, Unknown) or status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="paperbus"'
    headers["Cache-Control"] = "no-store"
    return headers


def _trace_id() -> str:
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else ""
