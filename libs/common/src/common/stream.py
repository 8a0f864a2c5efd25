"""Direct reads of single messages from a stream, without a consumer."""

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from nats.errors import Error as NatsError

from common.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from nats.aio.msg import Msg
    from nats.js import JetStreamContext

READ_TIMEOUT_S = 5.0
MULTI_LIMIT = 1000
FOLLOWING = 100


class TooManySubjects(Unavailable):
    """More subjects match than the server answers at once."""


class Stored(NamedTuple):
    """One message as the stream keeps it."""

    seq: int
    subject: str
    at: str
    body: bytes
    headers: dict[str, str]


async def last_by_subject(js: "JetStreamContext", stream: str, subject: str) -> Stored | None:
    """The newest message on ``subject``, or None; raises Unavailable."""
    return await _get(js, f"$JS.API.DIRECT.GET.{stream}.{subject}", b"")


async def newest(js: "JetStreamContext", stream: str, pattern: str) -> Stored | None:
    """The newest message on any subject that matches, or None; raises Unavailable."""
    asked = msgspec.json.encode({"last_by_subj": pattern})
    return await _get(js, f"$JS.API.DIRECT.GET.{stream}", asked)


async def by_sequence(js: "JetStreamContext", stream: str, seq: int) -> Stored | None:
    """The message with sequence ``seq``, or None; raises Unavailable."""
    return await _get(js, f"$JS.API.DIRECT.GET.{stream}", msgspec.json.encode({"seq": seq}))


async def following_one(
    js: "JetStreamContext", stream: str, subject: str, *, after: int = 0
) -> Stored | None:
    """The next message on ``subject`` past a sequence, or None; raises Unavailable."""
    asked = msgspec.json.encode({"seq": after + 1, "next_by_subj": subject})
    return await _get(js, f"$JS.API.DIRECT.GET.{stream}", asked)


async def _get(js: "JetStreamContext", subject: str, body: bytes) -> Stored | None:
    try:
        answer = await js._nc.request(subject, body, timeout=READ_TIMEOUT_S)
    except TimeoutError as error:
        raise Unavailable("nats", "no answer to a read") from error
    except NatsError as error:
        raise Unavailable("nats", str(error) or type(error).__name__) from error
    return _stored(answer)


def _stored(message: "Msg") -> Stored | None:
    headers = message.headers or {}
    if "Nats-Sequence" not in headers:
        if headers.get("Status") in ("404", "204"):
            return None
        if headers.get("Status") == "413":
            raise TooManySubjects("nats", "more subjects match than one answer holds")
        raise Unavailable("nats", f"a read was refused: {dict(headers)}")
    return Stored(
        seq=int(headers["Nats-Sequence"]),
        subject=headers["Nats-Subject"],
        at=headers["Nats-Time-Stamp"],
        body=message.data,
        headers=dict(headers),
    )


async def last_of_subjects(
    js: "JetStreamContext", stream: str, patterns: "Sequence[str]"
) -> list[Stored]:
    """The newest message of every subject that matches (at most about 1,000).

    Raises TooManySubjects, Unavailable.
    """
    found = await _gathered(js, stream, {"multi_last": list(patterns), "batch": MULTI_LIMIT})
    if found and found[-1].headers.get("Nats-Num-Pending", "0") != "0":
        raise TooManySubjects("nats", "one answer did not hold all that matches")
    return found


async def following(
    js: "JetStreamContext", stream: str, pattern: str, *, after: int = 0
) -> list[Stored]:
    """The next messages on ``pattern`` past a sequence, oldest first; empty at the end.

    Raises Unavailable.
    """
    asked = {"seq": after + 1, "next_by_subj": pattern, "batch": FOLLOWING}
    return await _gathered(js, stream, asked)


async def onwards(
    js: "JetStreamContext", stream: str, pattern: str, *, after: int = 0
) -> "AsyncIterator[Stored]":
    """Every message on ``pattern`` past a sequence, oldest first, up to the end it meets.

    Raises Unavailable.
    """
    while found := await following(js, stream, pattern, after=after):
        for stored in found:
            yield stored
        after = found[-1].seq


async def _gathered(js: "JetStreamContext", stream: str, asked: dict[str, Any]) -> list[Stored]:
    """All messages of an answer of several."""
    nc = js._nc
    inbox = nc.new_inbox()
    found: list[Stored] = []
    try:
        answers = await nc.subscribe(inbox)
        try:
            request = msgspec.json.encode(asked)
            await nc.publish(f"$JS.API.DIRECT.GET.{stream}", request, reply=inbox)
            while (stored := _stored(await answers.next_msg(READ_TIMEOUT_S))) is not None:
                found.append(stored)
        finally:
            await answers.unsubscribe()
    except TimeoutError as error:
        raise Unavailable("nats", "no answer to a read") from error
    except NatsError as error:
        raise Unavailable("nats", str(error) or type(error).__name__) from error
    return found
