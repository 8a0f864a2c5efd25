"""The outermost layer: host and origin checks, one-segment paper ids, security headers."""

import re
from collections.abc import Callable
from typing import Any

import msgspec
from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from opentelemetry.trace import SpanKind

from common.trace import tracer
from gateway.gate import SAFE_METHODS, Gate

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
PARTS = "timeline|similar|summary|passages|pdf|row|cite"
# A paper id may hold slashes, as in hep-th/9901001, DOIs and pasted URLs; routes see one segment.
_PAPER_PATH = re.compile(rf"^(/api/v1/papers/|/paper/)(.+?)(/(?:{PARTS}))?$")


class Edge:
    """Wraps the application; nothing reaches it from a host or page it does not serve."""

    def __init__(
        self, app: ASGIApp, gate: Gate, memory: Callable[[ASGIApp], ASGIApp] = lambda app: app
    ) -> None:
        """``memory`` wraps what is traced: telling of an answer would cost more than giving it."""
        self._app = memory(_traced(app))
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal:
            await _refuse(send, refusal)
            return
        scope["path"] = path = one_segment(scope["path"])
        answer = _with_headers(send)
        if scope["method"] == "HEAD" and not _is_live(path):
            scope["method"] = HttpMethod.GET
            answer = _without_body(answer)
        await self._app(scope, receive, answer)

    def _refusal(self, scope: Any) -> str:
        raw = scope["headers"]
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in raw}
        if not self._gate.host_allowed(headers.get("host", "")):
            return (
                "This host name is not served here; open the page by localhost, "
                "or add the name to GATEWAY_ALLOWED_HOSTS."
            )
        if scope["method"] not in SAFE_METHODS and not self._gate.origin_allowed(headers):
            return "This request comes from another site; use the page itself, or a program."
        return ""


def _traced(app: ASGIApp) -> ASGIApp:
    async def traced(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and _is_told(scope["method"], scope["path"]):
            name = span_name(scope["method"], scope["path"])
            with tracer().start_as_current_span(name, kind=SpanKind.SERVER):
                await app(scope, receive, send)
        else:
            await app(scope, receive, send)

    return traced


def _is_told(method: str, path: str) -> bool:
    return not _is_live(path) and (path.startswith("/api/") or method == "POST")


def _is_live(path: str) -> bool:
    return path.endswith("/events")


def one_segment(path: str) -> str:
    """The path with the slashes inside a paper id written as %2F."""
    found = _PAPER_PATH.match(path)
    if found is None or "/" not in found[2]:
        return path
    return f"{found[1]}{found[2].replace('/', '%2F')}{found[3] or ''}"


def span_name(method: str, path: str) -> str:
    """A name without ids, such as ``GET /api/v1/papers``."""
    parts = path.split("/")
    return f"{method} {'/'.join(parts[: 4 if path.startswith('/api/') else 2])}"


def _without_body(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return wrapped


def _with_headers(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message["headers"]}
            extra = [pair for pair in HEADERS if pair[0] not in present]
            message["headers"] = [*message["headers"], *extra]
        await send(message)

    return wrapped


async def _refuse(send: Send, detail: str) -> None:
    body = msgspec.json.encode(
        {"type": "about:blank", "title": "Forbidden", "status": 403, "detail": detail}
    )
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        *HEADERS,
    ]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
