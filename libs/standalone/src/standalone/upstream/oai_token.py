"""Resumption tokens: where a list goes on, carried by the token itself."""

import base64
import binascii
from datetime import UTC, date, datetime

import msgspec

from standalone.upstream.oai_request import OaiError, OaiRequest


class Token(msgspec.Struct, frozen=True, array_like=True):
    """The list asked for, the last item given (its day and id), and when this lapses."""

    verb: str
    prefix: str
    spec: str | None
    first: date | None
    last: date | None
    after: tuple[date, str]
    cursor: int
    size: int
    expires: float

    @property
    def expires_at(self) -> str:
        """Return the time of expiry as the protocol writes it."""
        return datetime.fromtimestamp(self.expires, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def pack(self) -> str:
        """Return the token as text fit for a URL."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")

    def request(self) -> OaiRequest:
        """Return the request this token goes on with."""
        arguments = {"metadataPrefix": self.prefix} | ({"set": self.spec} if self.spec else {})
        return OaiRequest(verb=self.verb, arguments=arguments, first=self.first, last=self.last)


def unpack(text: str, verb: str, now: float) -> Token:
    """Return the token in `text`. Raises OaiError when it is malformed, foreign or lapsed."""
    try:
        padded = text.encode() + b"=" * (-len(text) % 4)
        token = msgspec.json.decode(base64.urlsafe_b64decode(padded), type=Token)
    except (binascii.Error, UnicodeError, msgspec.DecodeError) as error:
        raise OaiError("badResumptionToken", "The resumptionToken is malformed.") from error
    if token.verb != verb:
        raise OaiError("badResumptionToken", f"The resumptionToken is not one of {verb}.")
    if token.expires <= now:
        raise OaiError("badResumptionToken", "The resumptionToken has expired.")
    return token
