"""Check A10: no configured secret lies in anything that is kept or shown."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from common.redact import redacted

LEAST_CHARS = 12
"""Shorter values are words that occur by themselves."""
_SECRET = re.compile(r"(?:SECRET|SECRET_KEY|API_KEY|PASSWORD|TOKEN|SEED)$")
_FILE = "_FILE"


class Needles:
    """Secrets to look for; a finding names the setting, never the secret."""

    def __init__(self, secrets: Iterable[tuple[str, str]] = ()) -> None:
        self._bodies = tuple(
            (name, form)
            for name, secret in secrets
            for form in dict.fromkeys((secret.encode(), msgspec.json.encode(secret)[1:-1]))
        )

    def names_in(self, text: bytes) -> list[str]:
        """Names of the settings whose secret is in a text."""
        return [name for name, secret in self._bodies if secret in text]

    def hidden(self, text: str) -> str:
        """The text without any of the secrets: a finding must not tell them on."""
        for _, secret in self._bodies:
            text = text.replace(secret.decode(), "***")
        return text


def configured(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Name and value of every secret that the settings hold, by themselves or in files."""
    for name, value in sorted(environ.items()):
        plain = name.removesuffix(_FILE)
        if not _SECRET.search(plain):
            continue
        secret = value if plain == name else _read(Path(value))
        if len(secret) >= LEAST_CHARS:
            yield plain, secret


def of_watches(watches: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """The secrets by which webhooks are signed."""
    for body in watches:
        try:
            watch = msgspec.json.decode(body, type=_Watch)
        except msgspec.DecodeError:
            continue  # the bucket holds more than watches
        for secret in str(watch.channel.get("secret", "")).split():
            if len(secret) >= LEAST_CHARS:
                yield f"of the watch {redacted(watch.id)}", secret


class _Watch(msgspec.Struct):
    id: str = ""
    channel: dict[str, object] = msgspec.field(default_factory=dict)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""
