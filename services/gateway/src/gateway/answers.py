"""Answers of the API: encoded once, with an ETag, and 304 for who has it already."""

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.response.base import ASGIResponse

_encode = msgspec.json.Encoder().encode


def etag_of(body: bytes) -> str:
    """A weak-enough strong tag: the digest of the bytes."""
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def has_tag(given: str | None, tag: str) -> bool:
    """Whether If-None-Match names the tag."""
    named = [one.strip().removeprefix("W/") for one in (given or "").split(",")]
    return tag in named or named == ["*"]


class Tagged(Response[Any]):
    """JSON with an ETag on everything that is read."""

    def to_asgi_response(
        self, app: Any, request: Request[Any, Any, Any], **given: Any
    ) -> ASGIResponse:
        """The bytes to send, or 304."""
        status = self.status_code or given.get("status_code") or 200
        if request.method not in ("GET", "HEAD") or status != 200 or _is_bytes(self.content):
            return super().to_asgi_response(app, request, **given)
        body = _encode(self.content)
        tag = etag_of(body)
        headers: Iterable[tuple[bytes, bytes]] = (
            (b"etag", tag.encode()),
            (b"cache-control", b"private, no-cache"),
        )
        if has_tag(request.headers.get("if-none-match"), tag):
            return ASGIResponse(body=b"", status_code=304, encoded_headers=headers)
        return ASGIResponse(
            body=body,
            encoded_headers=headers,
            headers=self.headers,
            media_type="application/json",
            is_head_response=bool(given.get("is_head_response")),
            status_code=200,
        )


def _is_bytes(content: Any) -> bool:
    return isinstance(content, (bytes, bytearray))
