"""Rule X2: an answer costs what its limit says, however it is packed."""

import gzip
import resource
import zlib

import httpx
import pytest

from fetcher.unpack import pieces

MIB = 1 << 20


def squeezed(size: int, times: int = 1) -> bytes:
    body = b"\0" * size
    for _ in range(times):
        body = gzip.compress(body, 9)
    return body


class Stream(httpx.AsyncByteStream):
    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self):  # type: ignore[no-untyped-def]
        yield self._body


def answer(body: bytes, coding: str) -> httpx.Response:
    return httpx.Response(200, headers={"content-encoding": coding}, stream=Stream(body))


async def test_a_bomb_comes_in_small_pieces_and_may_be_left_at_any_time() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    taken = 0
    async for piece in pieces(answer(squeezed(300 * MIB), "gzip")):
        assert len(piece) <= MIB
        taken += len(piece)
        if taken > 20 * MIB:
            break
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert peak - before < 450 * 1024  # in KiB; the bomb itself was made here


@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "zstd", "gzip, deflate", "x-made-up"])
async def test_what_was_not_asked_for_is_refused(coding: str) -> None:
    with pytest.raises(httpx.DecodingError, match="not asked for"):
        [piece async for piece in pieces(answer(squeezed(MIB, 2), coding))]


@pytest.mark.parametrize(
    "body",
    [b"not packed", b"", squeezed(1000)[:-9], b"\x1f\x8b\x08"],
    ids=["other", "empty", "cut", "begun"],
)
async def test_what_is_badly_packed_is_an_error_of_the_source(body: bytes) -> None:
    with pytest.raises(httpx.DecodingError):
        [piece async for piece in pieces(answer(body, "gzip"))]


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"text" * 1000)),
        ("deflate", zlib.compress(b"text" * 1000)),
        ("", b"text" * 1000),
        ("identity", b"text" * 1000),
        ("GZIP", gzip.compress(b"text" * 1000)),
    ],
    ids=["gzip", "deflate", "none", "identity", "capitals"],
)
async def test_honest_answers_are_read_whole(coding: str, packed: bytes) -> None:
    found = b"".join([piece async for piece in pieces(answer(packed, coding))])
    assert found == b"text" * 1000
