"""Answers unpacked piece by piece: a small one must not become a huge one in memory (rule X2)."""

import zlib
from collections.abc import AsyncIterator

import httpx

ACCEPTED = "gzip"
"""What is asked for; a source that packs otherwise or several times is refused."""
_PLAIN = frozenset(("", "identity"))
_PACKED = frozenset(("gzip", "x-gzip", "deflate"))
_PIECE_BYTES = 64 * 1024
_ANY_HEADER = 32 + zlib.MAX_WBITS


async def pieces(response: httpx.Response) -> AsyncIterator[bytes]:
    """The body in pieces of bounded size; raises httpx.DecodingError."""
    if response.is_stream_consumed:  # read at once, so there is nothing to bound any more
        yield response.content
        return
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding in _PLAIN:
        async for raw in response.aiter_raw():
            yield raw
        return
    if coding not in _PACKED:
        raise httpx.DecodingError(f"packed as {coding[:40]!r}, which was not asked for")
    unpacker = zlib.decompressobj(_ANY_HEADER)
    try:
        async for packed in response.aiter_raw():
            raw = packed
            while raw and not unpacker.eof:
                yield unpacker.decompress(raw, _PIECE_BYTES)
                raw = unpacker.unconsumed_tail
    except zlib.error as error:
        raise httpx.DecodingError(f"badly packed: {error}") from error
    if not unpacker.eof:
        raise httpx.DecodingError("the packed answer breaks off")
