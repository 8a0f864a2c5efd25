"""Answers that are files: a safe name, a tag of what is in it, and 304 for who has it already."""

from litestar import Response

from gateway.answers import etag_of, has_tag
from gateway.wiring import AnyRequest


def answer(
    request: AnyRequest, body: bytes, *, name: str, media_type: str, inline: bool = False
) -> Response[bytes]:
    """The file; ``name`` must be safe already. ``inline`` lets a browser show it."""
    tag = etag_of(body)
    how = "inline" if inline else "attachment"
    headers = {
        "ETag": tag,
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f'{how}; filename="{name}"',
    }
    if has_tag(request.headers.get("if-none-match"), tag):
        return Response(b"", status_code=304, headers=headers, media_type=media_type)
    return Response(body, headers=headers, media_type=media_type)
