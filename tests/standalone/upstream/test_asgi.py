"""Reading requests and sending answers."""

import pytest

from standalone.upstream import asgi
from standalone.upstream.asgi import (
    Answer,
    BodyTooLargeError,
    DisconnectedError,
    Message,
    header,
    json_answer,
    query_pairs,
    read_body,
    send_answer,
)

PART: Message = {"type": "http.request", "body": b"ab", "more_body": True}
LAST: Message = {"type": "http.request", "body": b"c"}


def receiver(*messages: Message) -> asgi.Receive:
    waiting = list(messages)

    async def receive() -> Message:
        return waiting.pop(0)

    return receive


async def test_a_body_in_parts() -> None:
    assert await read_body(receiver(PART, PART, LAST)) == b"ababc"


async def test_a_client_that_goes_away() -> None:
    with pytest.raises(DisconnectedError):
        await read_body(receiver(PART, {"type": "http.disconnect"}))


async def test_a_body_without_end() -> None:
    huge: Message = {**PART, "body": b"x" * (asgi.MAX_BODY_BYTES // 2 + 1)}
    with pytest.raises(BodyTooLargeError):
        await read_body(receiver(huge, huge, huge))


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        (b"", []),
        (b"a=&b=1&a=2", [("a", ""), ("b", "1"), ("a", "2")]),
        (b"q=cat:cs.AI+AND+%22x%22", [("q", 'cat:cs.AI AND "x"')]),
        (b"q=%C3%A9", [("q", "é")]),
    ],
)
def test_query(query: bytes, pairs: list[tuple[str, str]]) -> None:
    assert query_pairs({"query_string": query}) == pairs


def test_headers() -> None:
    scope = {"headers": [(b"host", b"x"), (b"host", b"y")]}
    assert (header(scope, b"host"), header(scope, b"accept")) == ("x", None)


@pytest.mark.parametrize(("head", "body"), [(False, b"abc"), (True, b"")])
async def test_send(head: bool, body: bytes) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    answer = Answer(body=b"abc", media_type="text/plain", headers=(("x-a", "b"),))
    await send_answer(send, answer, head=head)
    assert sent[0]["headers"] == [
        (b"content-type", b"text/plain"),
        (b"content-length", b"3"),
        (b"x-a", b"b"),
    ]
    assert sent[1]["body"] == body


def test_json() -> None:
    assert json_answer({"a": 1}, 400) == Answer(
        body=b'{\n  "a": 1\n}\n', media_type="application/json", status=400
    )
