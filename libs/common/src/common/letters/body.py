"""The body of a dead letter as a person can read it."""

import json

from common.redact import redacted


def readable(body: bytes) -> str:
    """Indented JSON where it is any, else the text; secrets and control characters taken out."""
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        text = body.decode("utf-8", "backslashreplace")
    return redacted("".join(c if c.isprintable() or c == "\n" else _escaped(c) for c in text))


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode()
