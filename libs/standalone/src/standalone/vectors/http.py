"""HTTP as this server needs it: a request read from ASGI, an answer written to it."""

import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote

import msgspec

from standalone.vectors.errors import RequestError, bad_body
from standalone.vectors.payloads import encode

MAX_BODY_BYTES = 32 << 20
_CHUNK = 1 << 20
_JSON = (b"content-type", b"application/json")

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
T = TypeVar("T")
_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


class Request:
    """One request: its method, the parts of its path, its query and its body."""

    def __init__(self, scope: Scope) -> None:
        self.started = time.perf_counter()
        self.method: str = scope["method"]
        # A name may contain an encoded slash, so the path is split before it is decoded.
        raw: bytes = scope["raw_path"]
        self.parts = [unquote(part) for part in raw.decode("latin-1").strip("/").split("/")]
        self.query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        self.headers: list[tuple[bytes, bytes]] = scope["headers"]
        self.body = b""

    @property
    def wait(self) -> bool:
        """Whether the answer waits until the write is durable."""
        return self.query.get("wait") == "true"

    def header(self, name: bytes) -> str:
        """A header, or an empty string."""
        return next((value.decode("latin-1") for key, value in self.headers if key == name), "")

    def json(self, kind: type[T]) -> T:
        """The body as this type. Raises RequestError."""
        decoder = _decoders.get(kind)
        if decoder is None:
            decoder = _decoders.setdefault(kind, msgspec.json.Decoder(kind))
        try:
            value: T = decoder.decode(self.body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise bad_body(str(error)) from error
        return value


async def read_body(receive: Receive) -> bytes:
    """The whole body. Raises RequestError when it is too large."""
    parts, size = [], 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > MAX_BODY_BYTES:
            raise RequestError(f"JSON payload is larger than allowed ({MAX_BODY_BYTES} bytes)", 413)
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


class Text(msgspec.Struct):
    """A plain answer."""

    body: str
    status: int = 200


class Download(msgspec.Struct):
    """A file as the answer."""

    path: Path


async def answer(send: Send, request: Request, result: Any) -> None:
    """Send a result in Qdrant's envelope, a text, or a file."""
    if isinstance(result, Download):
        await _send_file(send, result.path)
    elif isinstance(result, Text):
        await _send(send, result.status, (b"content-type", b"text/plain"), result.body.encode())
    else:
        taken = time.perf_counter() - request.started
        body = encode({"result": result, "status": "ok", "time": taken})
        await _send(send, 200, _JSON, body)


async def answer_json(send: Send, value: Any) -> None:
    """Send a value without the envelope."""
    await _send(send, 200, _JSON, encode(value))


async def answer_error(send: Send, request: Request, error: RequestError) -> None:
    """Send an error in Qdrant's shape."""
    taken = time.perf_counter() - request.started
    body = encode({"status": {"error": error.message}, "time": taken})
    await _send(send, error.status, _JSON, body)


async def _send(send: Send, status: int, kind: tuple[bytes, bytes], body: bytes) -> None:
    headers = [kind, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _send_file(send: Send, path: Path) -> None:
    with path.open("rb") as file:
        headers = [
            (b"content-type", b"application/octet-stream"),
            (b"content-length", str(file.seek(0, os.SEEK_END)).encode()),
            (b"content-disposition", f'attachment; filename="{path.name}"'.encode()),
        ]
        file.seek(0)
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        while chunk := file.read(_CHUNK):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
