"""Rules X1 and X6: whatever address a person gives, what is ours hears nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from canary import Canary
from common.errors import Retryable, Terminal
from common.outbound import Outbound, parse_allow
from common.outbound.guard import Guard
from fetcher.manners import same_source

WAYS_TO_LOOPBACK = [
    *("127.0.0.1", "127.1", "127.0.1", "2130706433", "017700000001", "0177.0.0.1", "0x7f.1"),
    *("0x7f000001", "0.0.0.0", "0", "localhost", "LOCALHOST", "localhost.", "127.255.255.254"),
    *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:1]"),
    *("[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "127。0。0。1", "①②⑦.0.0.1"),
    *("example.org@127.0.0.1", "[::1%25lo]"),
]


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", WAYS_TO_LOOPBACK)
async def test_no_spelling_of_loopback_gets_through(canary: Canary, host: str, scheme: str) -> None:
    async with Outbound(timeout_s=5) as outbound:
        for port in (canary.port, 80):
            with pytest.raises((Terminal, Retryable)):
                await outbound.post(f"{scheme}://{host}:{port}/secret", b"{}", {})


class Recorder(httpx.AsyncBaseTransport):
    """Where the guard would have connected to."""

    def __init__(self) -> None:
        self.went: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.went.append(request.url.host)
        return httpx.Response(200)


@pytest.mark.parametrize(
    "answers",
    [
        [["93.184.216.34"], ["127.0.0.1"]],
        [["93.184.216.34"], ["169.254.169.254"], ["10.0.0.1"]],
        [["93.184.216.34", "127.0.0.1"]],
        [["127.0.0.1"], ["93.184.216.34"]],
    ],
    ids=["after-the-check", "to-metadata", "among-good-ones", "before-the-check"],
)
async def test_a_name_that_is_bound_anew_leads_nowhere(answers: list[list[str]]) -> None:
    left = list(answers)

    async def resolve(host: str, port: int) -> list[str]:
        return left.pop(0) if left else ["127.0.0.1"]

    inner = Recorder()
    guard = Guard(inner, parse_allow(""), resolve)
    for _ in answers:
        try:
            await guard.handle_async_request(httpx.Request("POST", "https://rebind.example/"))
        except Terminal:
            continue
    assert set(inner.went) <= {"93.184.216.34"}


@asynccontextmanager
async def redirecting(location: str, status: int) -> AsyncIterator[int]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 {status} Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
        writer.write(head.encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield int(server.sockets[0].getsockname()[1])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_receiver_that_redirects_to_us_is_not_followed(canary: Canary, status: int) -> None:
    target = f"http://127.0.0.1:{canary.port}/secret"
    async with redirecting(target, status) as port:
        allow = parse_allow(f"127.0.0.1:{port}")
        async with Outbound(allow=allow, timeout_s=5) as outbound:
            answer = await outbound.post(f"http://127.0.0.1:{port}/hook", b"{}", {})
    assert answer.status == status


@pytest.mark.parametrize(
    "target",
    [
        *("http://127.0.0.1/x", "https://localhost/x", "file:///etc/passwd", "gopher://arxiv.org/"),
        *(
            "http://arxiv.org/pdf",
            "https://arxiv.org.evil.example/",
            "https://evil.example/arxiv.org",
        ),
        *("https://arxiv.org@evil.example/", "https://xarxiv.org/", "//169.254.169.254/latest"),
        *("https://[::1]/", "https://169.254.169.254/latest/meta-data/", "data:text/html,x", ""),
    ],
)
def test_a_source_cannot_send_the_fetcher_elsewhere(target: str) -> None:
    assert not same_source("https://arxiv.org/pdf/2401.00001", target)
