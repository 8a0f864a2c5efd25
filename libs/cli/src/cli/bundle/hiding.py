"""Takes out of a text whatever is secret or names a person."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from common.errors import UNREADABLE
from common.redact import LEAST_CHARS, redacted, remember

MASK = "***"
_FILE = "_FILE"
_SECRET = re.compile(r"(?:KEY|SECRET|PASSWORD|TOKEN|SEED|DSN|CREDS|IDENTITY)$")
_MAIL = re.compile(r"[\w.+-]+@(?=[\w-]+\.[\w.-]*\w)", re.ASCII)


def is_secret(name: str) -> bool:
    """Whether a variable of this name holds one, by itself or by file."""
    return _SECRET.search(name.removesuffix(_FILE)) is not None


def learn(environ: Mapping[str, str]) -> list[tuple[str, str]]:
    """Name and value of every secret that is configured; from now on all are taken out."""
    found = [(name, line) for name, value in _configured(environ) for line in _lines(value)]
    for _, secret in found:
        remember(secret)
    return found


def clean(body: bytes) -> bytes:
    """The text without secrets and addresses; JSON stays JSON, in one value or one a line."""
    whole = _as_json(body)
    if whole is not None:
        return whole
    lines = (_as_json(line) or _text(line) for line in body.split(b"\n"))
    return b"\n".join(lines)


def _configured(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in sorted(environ.items()):
        if is_secret(name) and value:
            plain = name.removesuffix(_FILE)
            yield plain, value if plain == name else _read(Path(value))


def _lines(value: str) -> list[str]:
    """Credentials in files have several; a short one may be an ordinary word."""
    lines = (line.strip() for line in value.splitlines())
    return [line for line in lines if len(line) >= LEAST_CHARS]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def _as_json(body: bytes) -> bytes | None:
    if not body.lstrip().startswith((b"{", b"[")):
        return None
    try:
        value = msgspec.json.decode(body)
    except UNREADABLE:
        return None
    return msgspec.json.format(msgspec.json.encode(_value(value)), indent=1)


def _value(value: Any, name: str = "") -> Any:
    if isinstance(value, str):
        return MASK if value and _tells(name) else _words(value)
    if isinstance(value, dict):
        return {_words(key): _value(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [_value(one, name) for one in value]
    return value


def _tells(name: str) -> bool:
    """Whether a text after this name would be taken for a secret."""
    probe = f"{name}: x"
    return redacted(probe) != probe


def _text(line: bytes) -> bytes:
    return _words(line.decode(errors="replace")).encode()


def _words(text: str) -> str:
    return _MAIL.sub(f"{MASK}@", redacted(text))
