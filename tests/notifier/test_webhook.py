"""Webhooks as Standard Webhooks 1.0 says, with the vector of its reference libraries."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier

from common.events import PaperEmbedded, SummaryReady
from common.outbound import Answer, Outbound, parse_allow
from common.watches import Watch, Webhook
from notifier.telling import Telling
from notifier.webhook import WebhookChannel, body, outcome, signed

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDbGpTBQ=="
NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


def test_the_vector_of_the_reference_libraries() -> None:
    when = datetime.fromtimestamp(1614265330, UTC)
    headers = signed("msg_p5jXN8AQM9LWM0D4loKWxJek", when, b'{"test": 2432232314}', SECRET)

    assert headers["webhook-timestamp"] == "1614265330"
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("secret", [SECRET, OTHER, f"{SECRET} {OTHER}"])
def test_every_receiver_can_verify_while_a_secret_is_replaced(secret: str) -> None:
    content = '{"é": 1}'.encode()
    headers = signed("msg_1", datetime.now(UTC), content, secret)

    for one in secret.split():
        assert Verifier(one).verify(content, headers) == {"é": 1}
    assert len(headers["webhook-signature"].split()) == len(secret.split())


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_é", " "])
def test_no_secret_no_signature(secret: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - words of the base64 decoder
        signed("msg_1", NOW, b"{}", secret)


@pytest.mark.parametrize(
    ("status", "headers", "state", "wait"),
    [
        (200, {}, "sent", None),
        (204, {}, "sent", None),
        (301, {}, "retry", None),
        (302, {}, "retry", None),
        (400, {}, "retry", None),
        (404, {}, "retry", None),
        (410, {}, "gone", None),
        (429, {"retry-after": "120"}, "retry", 120.0),
        (500, {}, "retry", None),
        (503, {"retry-after": "Sat, 21 Nov 2026 08:01:00 GMT"}, "retry", 60.0),
        (503, {"retry-after": "999999"}, "retry", 86400.0),
    ],
)
def test_what_an_answer_means(
    status: int, headers: dict[str, str], state: str, wait: float | None
) -> None:
    found = outcome(Answer(status, headers, b""), NOW, "w1")

    assert (found.state, found.code, found.retry_after_s) == (state, status, wait)
    assert bool(found.down) is (state == "retry")


def test_the_body_is_the_same_at_every_try_and_holds_no_secret(
    make_watch: Callable[..., Watch], summary: SummaryReady, embedded: PaperEmbedded
) -> None:
    telling = Telling("msg_1", make_watch(), summary, 0.8, ("graph (title)",), "https://p.example")

    assert body(telling) == body(telling)
    sent = json.loads(body(telling))
    assert sent["type"] == "paper.matched"
    assert sent["timestamp"] == summary.at
    assert sent["data"]["tldr"] == "Graphs win."
    assert sent["data"]["url"] == "https://p.example/paper/arxiv:2401%2E00001"
    assert b"whsec_" not in body(telling)
    assert b"w1.example" not in body(telling)
    early = json.loads(body(telling._replace(event=embedded)))["data"]
    assert (early["tldr"], early["model"]) == ("", "")


@asynccontextmanager
async def receiver(status: str) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A tiny HTTP receiver and what it got."""
    got: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        got.append(head + await reader.readexactly(length))
        writer.write(f"HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], got
    finally:
        server.close()


async def handing() -> bool:
    return True


@pytest.mark.parametrize(("status", "state"), [("204 OK", "sent"), ("302 Found", "retry")])
async def test_a_real_receiver_can_verify_what_comes(
    make_watch: Callable[..., Watch], summary: SummaryReady, status: str, state: str
) -> None:
    async with receiver(status) as (port, got):
        hook = Webhook(url=f"http://127.0.0.1:{port}/hook", secret=SECRET)
        telling = Telling("msg_1", make_watch(channel=hook), summary, 0.8, ())
        async with Outbound(allow=parse_allow(f"127.0.0.1:{port}"), timeout_s=60) as outbound:
            channel = WebhookChannel(outbound, lambda: datetime.now(UTC))
            assert (await channel.send(telling, handing)).state == state

    head, content = got[0].split(b"\r\n\r\n", 1)
    lines = [line.split(": ", 1) for line in head.decode().split("\r\n")[1:]]
    headers = {name.lower(): value for name, value in lines}
    assert Verifier(SECRET).verify(content, headers)["data"]["paper"] == summary.paper
    assert headers["webhook-id"] == "msg_1"


@pytest.mark.parametrize(
    ("url", "secret", "state"),
    [
        ("http://127.0.0.1:9/x", SECRET, "failed"),
        ("http://169.254.169.254/", SECRET, "failed"),
        ("https://hook.example/", "whsec_é", "failed"),
    ],
)
async def test_what_cannot_be_sent_fails_for_good(
    make_watch: Callable[..., Watch], summary: SummaryReady, url: str, secret: str, state: str
) -> None:
    telling = Telling("m", make_watch(channel=Webhook(url=url, secret=secret)), summary, 1, ())
    async with Outbound() as outbound:
        found = await WebhookChannel(outbound, lambda: NOW).send(telling, handing)

    assert found.state == state
    assert secret not in found.said


async def test_a_lost_claim_sends_nothing(
    make_watch: Callable[..., Watch], summary: SummaryReady
) -> None:
    async def lost() -> bool:
        return False

    class Never:
        async def post(self, *args: Any) -> Answer:
            raise AssertionError

    channel = WebhookChannel(Never(), lambda: NOW)  # type: ignore[arg-type]
    telling = Telling("m", make_watch(), summary, 1, ())
    assert (await channel.send(telling, lost)).state == "lost"
