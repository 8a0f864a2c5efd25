"""Reading and writing ASGI messages."""

import json
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

ASGI = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[ASGI]]
Send = Callable[[ASGI], Awaitable[None]]


async def read_body(receive: Receive) -> bytes:
    """The whole body of a request."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def send_json(
    send: Send, value: Any, status: int = 200, headers: dict[str, str] | None = None
) -> None:
    """One JSON answer."""
    body = json.dumps(value).encode()
    await _start(send, status, "application/json", headers or {})
    await send({"type": "http.response.body", "body": body})


async def send_events(send: Send, values: Sequence[Any]) -> None:
    """Server-sent events as chat endpoints stream them, closed by ``[DONE]``."""
    await _start(send, 200, "text/event-stream", {"cache-control": "no-cache"})
    for value in [json.dumps(value) for value in values] + ["[DONE]"]:
        body = f"data: {value}\n\n".encode()
        await send({"type": "http.response.body", "body": body, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _start(send: Send, status: int, kind: str, headers: dict[str, str]) -> None:
    lines = {"content-type": kind, **headers}
    raw = [(name.encode(), value.encode()) for name, value in lines.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
