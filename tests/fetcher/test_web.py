"""HTTP towards a source: limits, silence, and errors told apart."""

from collections.abc import AsyncIterator, Callable, Iterator

import httpx
import pytest

from common.errors import Retryable, Unavailable
from fetcher.lease import Pace
from fetcher.memory import MemoryKv
from fetcher.polite import Polite
from fetcher.web import Forbidden, Incomplete, Limits, ServerError, TooLarge, Web, new_client

URL = "http://source.example/oai"
Answers = Iterator[httpx.Response | Exception]


class Body(httpx.AsyncByteStream):
    """Chunks, and perhaps an error after them."""

    def __init__(self, *chunks: bytes, error: Exception | None = None) -> None:
        self._chunks, self._error = chunks, error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            yield chunk
        if self._error is not None:
            raise self._error


def web(*answers: httpx.Response | Exception, patience_s: float = 0.1) -> tuple[Web, list[str]]:
    """A Web whose source gives these answers in turn, and the addresses it was asked."""
    asked: list[str] = []
    queue = iter(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        found = next(queue)
        if isinstance(found, Exception):
            raise found
        return found

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    pace = Pace(interval_s=0, patience_s=patience_s)
    return Web(client, Polite(MemoryKv(), "arxiv", "me", pace=pace), "arxiv"), asked


async def test_an_answer() -> None:
    source, asked = web(httpx.Response(200, content=b"hello"))
    answer = await source.get(URL, {"verb": "Identify"}, Limits())
    assert (answer.status, answer.body) == (200, b"hello")
    assert asked == [f"{URL}?verb=Identify"]


async def test_a_missing_page_is_an_answer() -> None:
    source, _ = web(httpx.Response(404, content=b"no"))
    assert (await source.get(URL, {}, Limits())).status == 404


async def test_a_short_silence_is_waited_for() -> None:
    source, asked = web(
        httpx.Response(503, headers={"Retry-After": "0"}),
        httpx.Response(429, headers={"Retry-After": "0"}),
        httpx.Response(200, content=b"ok"),
    )
    assert (await source.get(URL, {}, Limits())).body == b"ok"
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("response", "delay_s"),
    [
        (httpx.Response(429, headers={"Retry-After": "120"}), 120),
        (httpx.Response(503), 900),
        (httpx.Response(403), 900),
    ],
)
async def test_a_long_silence_is_raised_and_kept(response: httpx.Response, delay_s: float) -> None:
    source, asked = web(response)
    for _ in range(2):
        with pytest.raises(Retryable, match=str(response.status_code)) as caught:
            await source.get(URL, {}, Limits())
        assert caught.value.delay_s == pytest.approx(delay_s, abs=5)
    assert len(asked) == 1  # the second try did not reach the source


async def test_endless_silence_is_given_up() -> None:
    source, asked = web(*[httpx.Response(503, headers={"Retry-After": "0"}) for _ in range(30)])
    with pytest.raises(Unavailable, match="again and again"):
        await source.get(URL, {}, Limits())
    assert len(asked) == 10


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda: httpx.Response(500), ServerError),
        (lambda: httpx.Response(502), ServerError),
        (lambda: httpx.ConnectError("refused"), Unavailable),
        (lambda: httpx.ConnectTimeout("slow"), Unavailable),
        (lambda: httpx.ReadTimeout("slow"), Incomplete),
        (lambda: httpx.RemoteProtocolError("peer closed"), Incomplete),
        (lambda: httpx.UnsupportedProtocol("odd"), Forbidden),
        (
            lambda: httpx.Response(200, stream=Body(b"%PDF-", error=httpx.ReadError("cut"))),
            Incomplete,
        ),
        (lambda: httpx.Response(200, stream=Body(b"x" * 60, b"x" * 60)), TooLarge),
        (lambda: httpx.Response(200, headers={"Content-Length": "101"}), TooLarge),
        (lambda: httpx.Response(302, headers={"Location": "http://127.0.0.1:22/"}), Forbidden),
        (lambda: httpx.Response(302), Forbidden),
        (
            lambda: httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=Body(b"junk")),
            Incomplete,
        ),
    ],
)
async def test_errors(
    answer: Callable[[], httpx.Response | Exception], error: type[Exception]
) -> None:
    source, _ = web(*[answer() for _ in range(5)])
    with pytest.raises(error):
        await source.get(URL, {}, Limits(max_bytes=100))


async def test_a_source_that_cannot_be_reached_is_left_alone_for_longer() -> None:
    source, _ = web(*[httpx.ConnectError("refused")] * 3, patience_s=0)
    with pytest.raises(Unavailable) as first:
        await source.get(URL, {}, Limits())
    assert first.value.delay_s == 2
    with pytest.raises(Unavailable, match="cannot be reached"):
        await source.get(URL, {}, Limits())


async def test_a_slow_answer_is_given_up() -> None:
    class Drip(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            import asyncio

            while True:
                yield b"x"
                await asyncio.sleep(0.005)

    source, _ = web(httpx.Response(200, stream=Drip()))
    with pytest.raises(Incomplete, match="longer than"):
        await source.get(URL, {}, Limits(total_s=0.05))


async def test_redirects_within_the_source() -> None:
    source, asked = web(
        httpx.Response(301, headers={"Location": "/pdf/1v1"}), httpx.Response(200, content=b"ok")
    )
    assert (await source.get("http://source.example/pdf/1", {}, Limits())).body == b"ok"
    assert asked[1] == "http://source.example/pdf/1v1"


async def test_a_redirect_loop_ends() -> None:
    source, asked = web(*[httpx.Response(302, headers={"Location": "/a"}) for _ in range(9)])
    with pytest.raises(Forbidden, match="from one address to the next"):
        await source.get(URL, {}, Limits())
    assert len(asked) == 4


async def test_the_client_says_who_we_are_and_uses_no_proxy() -> None:
    async with new_client("1.0", "me@example.org") as client:
        assert client.headers["User-Agent"] == "paperbus/1.0 (mailto:me@example.org)"
        assert client.trust_env is False
        assert client.follow_redirects is False
