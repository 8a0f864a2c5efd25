"""Dead letters: the message, untouched if it fits, and why it could not be handled."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from common import topology
from common.batch import Draft
from common.errors import UNREADABLE
from common.events import ALL_MESSAGES, Event, FetchRequested, Message
from common.ids import message_id
from common.letters import cutting, reasons
from common.redact import redacted
from common.stream import Stored
from common.topology import Consumer
from common.trace import trace_id_of
from common.version import VERSION

MAX_ERROR_CHARS = 500
HEADERS = {
    name: f"Paperbus-{name.title()}"
    for name in (
        *("service", "class", "reason", "error", "attempts", "version", "stream", "seq"),
        *("letter", "redrives", "redriven"),
    )
} | {"cut": cutting.HEADER}
"""What a letter says in its headers; ``LINEAGE`` names the letter it was replayed from."""
LINEAGE = ("letter", "redrives", "redriven")
_KINDS = {kind.subject: kind for kind in ALL_MESSAGES}


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A dead letter as it is shown; the body is kept apart."""

    seq: int
    """Its place in the log, by which it is named."""
    at: str
    subject: str
    """Where the message came from, without ``retry.<service>``."""
    service: str = ""
    kind: str = msgspec.field(name="class", default="")
    """Class of the error."""
    reason: str = ""
    means: str = ""
    """The reason in plain words."""
    mend: str = ""
    """What makes a replay succeed."""
    error: str = ""
    attempts: int = 0
    software: str = ""
    """Version of paperbus that gave up."""
    trace: str = ""
    """Trace id, 32 hex digits."""
    stream: str = ""
    message: int = 0
    """Sequence of the message itself in ``stream``."""
    paper: str = ""
    version: int = 0
    epoch: int = 0
    title: str = ""
    feeds: tuple[str, ...] = ()
    letter: int = 0
    """The letter it was replayed from, 0 for a first death."""
    redrives: int = 0
    """How often a recovery has replayed it by itself."""
    redriven: str = ""
    """When that was the last time."""
    replayable: bool = False
    size_bytes: int = 0
    """Of the body that is kept."""
    cut_from_bytes: int = 0
    """How large the message was of which the body is only a part; 0 when it is whole."""


class Opened(NamedTuple):
    """A letter with all that is needed to replay it."""

    letter: Letter
    body: bytes
    event: Message | None
    consumer: Consumer | None
    trace: str


def letter(
    subject: str, body: bytes, *, service: str, why: Mapping[str, str], trace: str = ""
) -> Draft:
    """The dead letter of a message on ``subject``.

    ``why`` holds ``class`` (of the error), ``reason`` (a short word), ``error`` (its text),
    ``attempts``, ``seq`` (of the message in its stream; of one that was never stored there is
    ``id`` instead), and the lineage of a replay.
    """
    original = subject.removeprefix(f"{topology.RETRY}.{service}.")
    told = {
        **why,
        "service": service,
        "error": _one_line(why.get("error", "")),
        "version": VERSION,
        "stream": topology.stream_of(subject) if why.get("seq") else "",
    }
    whole = Draft(
        subject=topology.dead_subject(original),
        body=body,
        message_id=message_id("dead", service, original, why.get("seq") or why.get("id", "")),
        ttl_s=topology.DEAD_LETTER_TTL_S,
        limit_bytes=topology.MAX_LETTER_BYTES,
        trace=trace,
        headers={header: told[name] for name, header in HEADERS.items() if told.get(name)},
    )
    return whole if cutting.fits(whole) else cutting.cut(whole, decoded(original, body))


def lineage_of(headers: Mapping[str, str]) -> dict[str, str]:
    """What a replayed message says about the letter it was, for the letter it may become."""
    found = {name: headers.get(HEADERS[name], "") for name in LINEAGE}
    return {name: value for name, value in found.items() if value}


def opened(stored: Stored) -> Opened:
    """A letter as the log keeps it; the message in it is None when it cannot be read."""
    subject = stored.subject.removeprefix(f"{topology.DEAD}.")
    told = {name: stored.headers.get(header, "") for name, header in HEADERS.items()}
    event = decoded(subject, stored.body)
    consumer = _consumer(told["service"], event)
    reason = reasons.explained(told["reason"])
    paper = event if isinstance(event, Event) else None
    meta = getattr(event, "meta", None)
    shown = Letter(
        seq=stored.seq,
        at=stored.at,
        subject=subject,
        service=told["service"],
        kind=told["class"],
        reason=told["reason"],
        means=reason.means,
        mend=reason.mend,
        error=told["error"],
        attempts=_number(told["attempts"]),
        software=told["version"],
        trace=trace_id_of(stored.headers.get("traceparent", "")),
        stream=told["stream"],
        message=_number(told["seq"]),
        paper=paper.paper if paper else "",
        version=paper.version if paper else 0,
        epoch=paper.epoch if paper else 0,
        title=meta.title if meta else "",
        feeds=meta.feeds if meta else _feeds(event),
        letter=_number(told["letter"]),
        redrives=_number(told["redrives"]),
        redriven=told["redriven"],
        replayable=consumer is not None,
        size_bytes=len(stored.body),
        cut_from_bytes=_number(told["cut"]),
    )
    return Opened(shown, stored.body, event, consumer, stored.headers.get("traceparent", ""))


def decoded(subject: str, body: bytes) -> Message | None:
    """The message that came on ``subject``, or None when it is none of ours."""
    kind = _KINDS.get(subject)
    if kind is None:
        return None
    try:
        return msgspec.json.decode(body, type=kind)
    except UNREADABLE:
        return None


def _consumer(service: str, event: Message | None) -> Consumer | None:
    found = (one for one in topology.consumers_of(service) if one.event is type(event))
    return next(found, None)


def _feeds(event: Message | None) -> tuple[str, ...]:
    return (event.feed,) if isinstance(event, FetchRequested) and event.feed else ()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() else 0


def _one_line(text: str) -> str:
    plain = redacted(" ".join(text.split())).encode("ascii", "replace").decode()
    return "".join(c if c.isprintable() else "?" for c in plain)[:MAX_ERROR_CHARS]
