"""Guarded and atomic publishing on JetStream.

Source: ADR-50 of NATS (atomic batch publish); nats-py 2.16 has no helper for it. Every write of
paperbus to a stream goes through this module, so that no publish is left without its answer.
"""

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
from nats.errors import Error as NatsError

from common import topology
from common.errors import EventTooLarge, Full, Terminal, Unavailable

if TYPE_CHECKING:
    from nats.js import JetStreamContext

WRONG_LAST_SEQUENCE = (10071, 10164)
DUPLICATE_IN_BATCH = 10201
STREAM_IS_FULL = (10047, 10077)
PUBLISH_TIMEOUT_S = 5.0
FULL_RETRY_S = 15.0
"""Room is made by a person, so nobody needs to ask all the time."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A message before it is stored."""

    subject: str
    body: bytes
    message_id: str = ""
    expected_seq: int | None = None
    """Store only if the newest message on the subject has this sequence; 0 means none."""
    ttl_s: int = 0
    trace: str = ""
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    limit_bytes: int = topology.MAX_EVENT_BYTES
    """For body and headers together (rule N11)."""

    def all_headers(self) -> dict[str, str]:
        """The headers it travels with."""
        headers = dict(self.headers)
        if self.message_id:
            headers["Nats-Msg-Id"] = self.message_id
        if self.expected_seq is not None:
            headers["Nats-Expected-Last-Subject-Sequence"] = str(self.expected_seq)
        if self.ttl_s:
            headers["Nats-TTL"] = f"{self.ttl_s}s"
        if self.trace:
            headers["traceparent"] = self.trace
        return headers


class _Error(msgspec.Struct):
    code: int = 0
    err_code: int = 0
    description: str = ""


class _Ack(msgspec.Struct):
    stream: str = ""
    seq: int = 0
    duplicate: bool = False
    error: _Error | None = None


def size_of(draft: Draft, headers: dict[str, str]) -> int:
    """Bytes of body and headers together, as the limits of the bus count them."""
    return len(draft.body) + sum(len(k) + len(v) + 4 for k, v in headers.items())


def check_size(draft: Draft, headers: dict[str, str]) -> None:
    """Raises EventTooLarge when body and headers are over the draft's limit."""
    size = size_of(draft, headers)
    if size > draft.limit_bytes:
        raise EventTooLarge(draft.subject, size, draft.limit_bytes)


async def publish_batch(
    js: "JetStreamContext", stream: str, drafts: Sequence[Draft]
) -> bool | None:
    """Store all drafts or none.

    True: stored. False: refused, because a guard did not hold or a message id is known already.
    None: no answer, so nobody knows (rule N6). Raises Unavailable, EventTooLarge.
    """
    nc = js._nc
    batch = uuid.uuid4().hex if len(drafts) > 1 else ""
    last = len(drafts)
    prepared = [_headers(draft, batch, n, last) for n, draft in enumerate(drafts, start=1)]
    try:
        for draft, headers in zip(drafts[:-1], prepared[:-1], strict=True):
            await nc.publish(draft.subject, draft.body, headers=headers)
        answer = await nc.request(
            drafts[-1].subject, drafts[-1].body, timeout=PUBLISH_TIMEOUT_S, headers=prepared[-1]
        )
    except TimeoutError:
        return None
    except NatsError as error:
        raise Unavailable("nats", str(error) or type(error).__name__) from error
    return _verdict(msgspec.json.decode(answer.data, type=_Ack), stream)


def _headers(draft: Draft, batch: str, number: int, last: int) -> dict[str, str]:
    headers = draft.all_headers()
    if batch:
        headers["Nats-Batch-Id"] = batch
        headers["Nats-Batch-Sequence"] = str(number)
        if number == last:
            headers["Nats-Batch-Commit"] = "1"
    check_size(draft, headers)
    return headers


def _verdict(ack: _Ack, stream: str) -> bool:
    if ack.error is None:
        if ack.stream != stream:
            raise Terminal(f"stored in stream {ack.stream!r}, not in {stream!r}", reason="topology")
        return True
    code = ack.error.err_code
    if code in WRONG_LAST_SEQUENCE or code == DUPLICATE_IN_BATCH:
        return False
    if code in STREAM_IS_FULL:
        why = f"stream {stream} is full: {ack.error.description}"
        raise Full("nats", why, delay_s=FULL_RETRY_S)
    raise Unavailable("nats", f"{ack.error.description} ({code})")


async def publish_one(js: "JetStreamContext", stream: str, draft: Draft) -> int:
    """Store one message and return its sequence; a known message id counts as stored.

    Raises Unavailable when the server does not answer; the caller may send the same draft again.
    """
    headers = draft.all_headers()
    check_size(draft, headers)
    try:
        answer = await js._nc.request(
            draft.subject, draft.body, timeout=PUBLISH_TIMEOUT_S, headers=headers
        )
    except TimeoutError as error:
        raise Unavailable("nats", f"no answer to a publish on {draft.subject}") from error
    except NatsError as error:
        raise Unavailable("nats", str(error) or type(error).__name__) from error
    ack = msgspec.json.decode(answer.data, type=_Ack)
    if not _verdict(ack, stream):
        raise Terminal(f"guard on {draft.subject} did not hold", reason="conflict")
    return ack.seq
