"""Checking a Standard Webhooks signature, independently of the sender's library."""

import base64
import binascii
import hmac
from collections.abc import Mapping

PREFIX = "whsec_"
TOLERANCE_S = 300.0


class SecretError(Exception):
    """A secret that is not base64."""


def decode_secret(text: str) -> bytes:
    """Return the key of `whsec_<base64>` or bare base64. Raises SecretError."""
    try:
        return base64.b64decode(text.strip().removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SecretError("the secret is not base64, with or without whsec_ before it") from error


def fault_of(headers: Mapping[str, str], body: bytes, *, secret: bytes, now: float) -> str | None:
    """Return what is wrong with a delivery's signature, None when it is good.

    `headers` in lower case; `now` in seconds since the epoch.
    """
    try:
        name, stamp = headers["webhook-id"], headers["webhook-timestamp"]
        signatures = headers["webhook-signature"].split()
        age = abs(now - int(stamp))
    except KeyError as error:
        return f"the header {error.args[0]} is missing"
    except ValueError:
        return "webhook-timestamp is not a number"
    if age > TOLERANCE_S:
        return f"webhook-timestamp is {age:.0f} s away"
    signed = name.encode() + b"." + stamp.encode() + b"." + body
    wanted = base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()
    if any(hmac.compare_digest(f"v1,{wanted}".encode(), one.encode()) for one in signatures):
        return None
    return "no signature matches"
