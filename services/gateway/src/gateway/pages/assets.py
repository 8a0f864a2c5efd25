"""Static files, kept in memory with their gzip form and a hash in their address."""

import gzip
import hashlib
from importlib.resources import files
from typing import NamedTuple

TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


class Asset(NamedTuple):
    """One file as it is sent; ``packed`` is empty when packing does not help."""

    name: str
    kind: str
    body: bytes
    packed: bytes
    tag: str


def load() -> dict[str, Asset]:
    """All files that may be served, by name."""
    found = {}
    for path in files("gateway").joinpath("static").iterdir():
        suffix = f".{path.name.rpartition('.')[2]}"
        if suffix not in TYPES:
            continue
        body = path.read_bytes()
        packed = gzip.compress(body, 9, mtime=0)
        found[path.name] = Asset(
            name=path.name,
            kind=TYPES[suffix],
            body=body,
            packed=packed if len(packed) < len(body) * 0.9 else b"",
            tag=hashlib.blake2b(body, digest_size=6).hexdigest(),
        )
    return found


ASSETS = load()


def address(name: str) -> str:
    """Where a file is; it changes when the file does, so that it may be kept for ever."""
    return f"/static/{name}?v={ASSETS[name].tag}"
