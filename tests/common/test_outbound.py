"""Rule X1: nothing that is ours can be reached by an address that a person gave."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from common.errors import Retryable, Terminal, UsageError
from common.outbound import AddressRefused, Answer, Outbound, parse_allow, refusal, system_resolver
from common.outbound.guard import Guard
from unheard import port_of, unheard

Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter
PUBLIC = "93.184.216.34"
REFUSED_URLS = [
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0177.0.0.1/",
    "https://0x7f.0.0.1/",
    "https://0x7f000001/",
    "https://0.0.0.0/",
    "https://0/",
    "https://10.1.2.3/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://192.0.0.8/",
    "https://192.0.2.1/",
    "https://192.88.99.1/",
    "https://198.18.0.1/",
    "https://203.0.113.7/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://localhost/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::127.0.0.1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[64:ff9b:1::a00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2002:a00:1::1]/",
    "https://[2001:0:53aa:64c:0:fffe:80ff:fffe]/",
    "https://[2606:4700::5efe:10.0.0.1]/",
    "https://[fe80::1]/",
    "https://[fec0::1]/",
    "https://[fc00::1]/",
    "https://[fd12:3456::1]/",
    "https://[ff02::1]/",
    "https://[2001:db8::1]/",
    "https://[100::1]/",
    "https://93.184.216.34:22/",
    "https://93.184.216.34:8080/",
    "https://93.184.216.34:6379/",
    "ftp://93.184.216.34/",
    "file:///etc/passwd",
    "gopher://93.184.216.34:70/",
    "https:///nothing",
]


async def unreachable(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"a request left: {request.url}")


def guard(*found: str, allow: str = "") -> Guard:
    async def resolve(host: str, port: int) -> list[str]:
        return list(found) or await system_resolver(host, port)

    return Guard(httpx.MockTransport(unreachable), parse_allow(allow), resolve)


@pytest.mark.parametrize("url", REFUSED_URLS)
async def test_what_is_not_public_is_refused(url: str) -> None:
    async with Outbound() as outbound:
        with pytest.raises(Terminal) as caught:
            await outbound.post(url, b"", {})

    assert caught.value.reason in ("address_refused", "bad_url")


@pytest.mark.parametrize(
    "address",
    [PUBLIC, "8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_public_addresses_pass(address: str) -> None:
    assert refusal(address) is None


async def test_one_bad_address_among_good_ones_is_enough() -> None:
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.1"):
        await guard(PUBLIC, "10.0.0.1").checked(httpx.URL("https://example.org/"))


async def test_a_name_that_changes_is_resolved_once_and_the_checked_address_is_used() -> None:
    answers = [[PUBLIC], ["127.0.0.1"]]
    sent: list[httpx.Request] = []

    async def rebinding(host: str, port: int) -> list[str]:
        return answers.pop(0)

    async def send(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(204)

    transport = Guard(httpx.MockTransport(send), parse_allow(""), rebinding)
    async with httpx.AsyncClient(transport=transport) as client:
        await client.post("https://evil.example/hook?x=1")
        with pytest.raises(AddressRefused):
            await client.post("https://evil.example/hook")

    assert [str(request.url) for request in sent] == [f"https://{PUBLIC}/hook?x=1"]
    assert sent[0].headers["host"] == "evil.example"
    assert sent[0].extensions["sni_hostname"] == "evil.example"


@pytest.mark.parametrize(
    ("allow", "url", "passes"),
    [
        ("127.0.0.1:9000", "http://127.0.0.1:9000/", True),
        ("127.0.0.1:9000", "http://127.0.0.1:9001/", False),
        ("127.0.0.1:9000", "http://localhost:9000/", False),
        ("localhost:9000, 10.0.0.0/8", "http://localhost:9000/", True),
        ("[::1]:9000", "http://[::1]:9000/", True),
        ("10.0.0.0/8", "http://10.1.2.3/", True),
        ("10.0.0.0/8", "http://[::ffff:10.1.2.3]/", True),
        ("10.0.0.0/8", "http://10.1.2.3:8080/", False),
        ("10.0.0.0/8", "http://192.168.0.1/", False),
        (f"{PUBLIC}:80", f"http://{PUBLIC}/", True),
        (f"{PUBLIC}:443", f"http://{PUBLIC}/", False),
    ],
)
async def test_an_operator_can_allow_places(allow: str, url: str, passes: bool) -> None:
    checked = guard(allow=allow).checked(httpx.URL(url))
    if passes:
        assert await checked
    else:
        with pytest.raises(AddressRefused):
            await checked


async def test_http_is_refused_in_plain_words_where_https_is_not() -> None:
    assert await guard(PUBLIC).checked(httpx.URL("https://example.org/")) == [PUBLIC]
    with pytest.raises(AddressRefused, match=r"example\.org must be reached by https.*OUTBOUND"):
        await guard(PUBLIC).checked(httpx.URL("http://example.org/"))


@pytest.mark.parametrize("text", ["host", "host:", "host:0", ":80", "10.0.0.1/8", "x/y", "h:70000"])
def test_a_wrong_allow_list_names_the_part(text: str) -> None:
    with pytest.raises(UsageError, match="OUTBOUND_ALLOW"):
        parse_allow(text)


Answering = Callable[[Reader, Writer], Awaitable[None]]


@asynccontextmanager
async def receiver(answer: Answering, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    async def serve(reader: Reader, writer: Writer) -> None:
        try:
            await answer(reader, writer)
            await writer.drain()
        except ConnectionError:
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def saying(head: str, body: bytes = b"") -> Answering:
    async def answer(reader: Reader, writer: Writer) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {head}\r\nconnection: close\r\n\r\n".encode() + body)

    return answer


@asynccontextmanager
async def posting(
    answer: Answering, **options: float
) -> AsyncIterator[Callable[[], Awaitable[Answer]]]:
    async with receiver(answer) as port:
        allow = parse_allow(f"127.0.0.1:{port}")
        async with Outbound(allow=allow, **options) as outbound:  # type: ignore[arg-type]
            yield lambda: outbound.post(f"http://127.0.0.1:{port}/", b"", {})


async def test_a_redirect_is_an_answer_not_a_way() -> None:
    async with posting(saying("302 Found\r\nlocation: http://127.0.0.1:1/")) as post:
        assert (await post()).status == 302


async def test_only_the_beginning_of_a_large_answer_is_read() -> None:
    async with posting(saying("200 OK", b"x" * 5_000_000)) as post:
        assert len((await post()).body) == 64 * 1024


async def test_an_answer_that_drips_ends_after_the_whole_time() -> None:
    async def drip(reader: Reader, writer: Writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with posting(drip, timeout_s=0.3) as post:
        with pytest.raises(Retryable, match=r"within 0\.3 s"):
            await post()


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with posting(saying("204 No Content")) as post:
        assert (await post()).status == 204


async def test_nobody_there_is_worth_another_try_and_no_url_is_not() -> None:
    held = unheard()
    port = port_of(held)
    async with Outbound(allow=parse_allow(f"127.0.0.1:{port}")) as outbound:
        with held, pytest.raises(Retryable):
            await outbound.post(f"http://127.0.0.1:{port}/", b"", {})
        with pytest.raises(Terminal):
            await outbound.post("http://x:port/", b"", {})


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[str, str]:
    """A certificate for hook.example and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is needed to make a certificate")
    cert, key = str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=hook.example -addext"
    subprocess.run(
        [*command.split(), "subjectAltName=DNS:hook.example", "-keyout", key, "-out", cert],
        check=True,
        capture_output=True,
    )
    return cert, key


async def test_the_certificate_is_checked_against_the_name(certificate: tuple[str, str]) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(*certificate)
    asked: list[str | None] = []
    server.sni_callback = lambda _socket, name, _context: asked.append(name)

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    async with receiver(saying("204 No Content"), server) as port:
        allow = parse_allow(f"hook.example:{port},other.example:{port}")
        trust = ssl.create_default_context(cafile=certificate[0])
        async with Outbound(allow=allow, resolve=resolve, verify=trust) as outbound:
            good = await outbound.post(f"https://hook.example:{port}/", b"", {})
            with pytest.raises(Retryable):
                await outbound.post(f"https://other.example:{port}/", b"", {})

    assert good.status == 204
    assert asked == ["hook.example", "other.example"]
