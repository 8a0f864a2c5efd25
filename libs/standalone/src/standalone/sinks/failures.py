"""Scripted failures of the sinks: the next deliveries refused, and how."""

from typing import Annotated, Literal

import msgspec


class ScriptError(Exception):
    """A failure that cannot be read; the message says what is wrong."""


class Failure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A refusal: an HTTP status for webhooks, a reply code of 4xx or 5xx for mail."""

    status: Annotated[int, msgspec.Meta(ge=300, le=599)]
    times: Annotated[int, msgspec.Meta(ge=1)] | None = 1
    "How often; null is for ever."
    retry_after_s: Annotated[int, msgspec.Meta(ge=0)] | None = None
    sink: Literal["webhook", "mail"] = "webhook"
    keep: bool = False
    "Write the delivery down although it is refused, as a receiver does whose answer is lost."


def decode_failure(data: bytes) -> Failure:
    """Decode a failure from JSON. Raises ScriptError."""
    try:
        failure = msgspec.json.decode(data, type=Failure)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ScriptError(f"not a failure: {error}") from error
    if failure.sink == "mail" and failure.status < 400:
        raise ScriptError("status of a mail failure must be 400 to 599")
    return failure


class Failures:
    """The failures still to happen."""

    def __init__(self) -> None:
        self.pending: list[Failure] = []

    def add(self, failure: Failure) -> None:
        """Add a failure after those pending."""
        self.pending.append(failure)

    def take(self, sink: str) -> Failure | None:
        """Return the failure due for a sink's next delivery, counted as happened."""
        for index, failure in enumerate(self.pending):
            if failure.sink == sink:
                self._count_down(index, failure)
                return failure
        return None

    def _count_down(self, index: int, failure: Failure) -> None:
        if failure.times == 1:
            del self.pending[index]
        elif failure.times is not None:
            self.pending[index] = msgspec.structs.replace(failure, times=failure.times - 1)
