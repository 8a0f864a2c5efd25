"""The least of HTTP over ASGI: a request, an answer, reading one, sending the other."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

JSON = "application/json"
HTML = "text/html; charset=utf-8"
MAX_BODY_BYTES = 64 * 1024 * 1024


class BodyTooLargeError(Exception):
    """A request body over the limit."""


class DisconnectedError(Exception):
    """The client went away before its request was whole."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A whole answer: status, media type, body, further headers."""

    body: bytes
    media_type: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


def json_answer(value: object, status: int = 200) -> Answer:
    """Return `value` as JSON, indented for people."""
    body = msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
    return Answer(body=body, media_type=JSON, status=status)


def query_pairs(scope: Scope) -> list[tuple[str, str]]:
    """Return the query string's pairs, in order, empty values kept."""
    return parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)


def header(scope: Scope, name: bytes) -> str | None:
    """Return a request header's value; `name` in lower case."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return None


async def read_body(receive: Receive) -> bytes:
    """Return the request's body. Raises BodyTooLargeError, DisconnectedError."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise DisconnectedError
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_BODY_BYTES:
            raise BodyTooLargeError
        if not message.get("more_body"):
            return b"".join(parts)


def start_of(answer: Answer) -> Message:
    """Return the ASGI message that starts an answer, with its full length stated."""
    named = [
        ("content-type", answer.media_type),
        ("content-length", str(len(answer.body))),
        *answer.headers,
    ]
    return {
        "type": "http.response.start",
        "status": answer.status,
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in named],
    }


async def send_answer(send: Send, answer: Answer, *, head: bool = False) -> None:
    """Send an answer whole, or its headers alone."""
    await send(start_of(answer))
    await send({"type": "http.response.body", "body": b"" if head else answer.body})
