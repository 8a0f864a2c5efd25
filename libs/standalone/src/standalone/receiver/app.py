"""The receiver's HTTP face: OTLP in, one trace as JSON out."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from standalone.receiver.otlp import MAX_BODY_BYTES, spans_of
from standalone.receiver.store import SpanStore

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Receiver:
    """ASGI application over a span store."""

    def __init__(self, store: SpanStore) -> None:
        self._store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        method, path = scope["method"], scope["path"]
        if method == "POST" and path == "/v1/traces":
            status, answer = self._export(await _body(receive), _encoding(scope))
        elif method == "GET" and path.startswith("/traces/"):
            spans = self._store.trace(path.removeprefix("/traces/"))
            status, answer = (200 if spans else 404), msgspec.json.encode(spans)
        elif path == "/health":
            status, answer = 200, b'{"status":"ok"}'
        else:
            status, answer = 404, b'{"detail":"not found"}'
        await _answer(send, status, answer)

    def _export(self, body: bytes | None, encoding: str) -> tuple[int, bytes]:
        if body is None:
            return 413, b'{"detail":"the body is too large"}'
        try:
            self._store.add(spans_of(body, encoding))
        except (ValueError, OverflowError) as error:
            return 400, msgspec.json.encode({"detail": str(error)})
        return 200, b""


async def _body(receive: Receive) -> bytes | None:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > MAX_BODY_BYTES:
            return None
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


def _encoding(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"content-encoding":
            return str(value.decode("latin-1"))
    return ""


async def _answer(send: Send, status: int, body: bytes) -> None:
    kind = b"application/json" if body else b"application/x-protobuf"
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
