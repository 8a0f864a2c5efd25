"""What the sinks received, on disk before it is acknowledged."""

import os
from pathlib import Path
from typing import Any

import msgspec


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook as it came; `verified` is None when there was no secret to check it with."""

    at: str
    path: str
    headers: dict[str, str]
    body: Any
    verified: bool | None
    problem: str | None
    status: int


def write_durably(path: Path, data: bytes) -> None:
    """Append the data to a file and see it onto the disk."""
    with path.open("ab") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def append(path: Path, delivery: Delivery) -> None:
    """Append a delivery as one JSON line."""
    write_durably(path, msgspec.json.encode(delivery) + b"\n")


def read(path: Path) -> list[Delivery]:
    """Return the deliveries in a file; a last line cut short by a crash is left out."""
    if not path.exists():
        return []
    lines = path.read_bytes().split(b"\n")[:-1]
    return [msgspec.json.decode(line, type=Delivery) for line in lines]


def body_value(body: bytes) -> object:
    """Return a body as JSON when it is, else as text."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return body.decode("utf-8", "replace")
