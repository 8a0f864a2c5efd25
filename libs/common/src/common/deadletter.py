"""Dead letters: the message untouched, and why it could not be handled."""

from collections.abc import Mapping

from common import topology
from common.batch import Draft
from common.ids import message_id
from common.redact import redacted
from common.version import VERSION

MAX_ERROR_CHARS = 500


def letter(
    subject: str, body: bytes, *, service: str, why: Mapping[str, str], trace: str = ""
) -> Draft:
    """The dead letter of a message on ``subject``.

    ``why`` holds ``class`` (of the error), ``reason`` (a short word), ``error`` (its text),
    ``attempts`` and ``seq`` (of the message in its stream).
    """
    headers = {
        "Paperbus-Service": service,
        "Paperbus-Class": why.get("class", ""),
        "Paperbus-Reason": why.get("reason", ""),
        "Paperbus-Error": _one_line(why.get("error", "")),
        "Paperbus-Attempts": why.get("attempts", ""),
        "Paperbus-Version": VERSION,
    }
    original = subject.removeprefix(f"{topology.RETRY}.{service}.")
    return Draft(
        subject=topology.dead_subject(original),
        body=body,
        message_id=message_id("dead", service, original, why.get("seq", "")),
        ttl_s=topology.DEAD_LETTER_TTL_S,
        limit_bytes=topology.MAX_LETTER_BYTES,
        trace=trace,
        headers={name: value for name, value in headers.items() if value},
    )


def _one_line(text: str) -> str:
    plain = redacted(" ".join(text.split()))
    return plain.encode("ascii", "replace").decode()[:MAX_ERROR_CHARS]
