"""Writes a bundle: each file cleaned, checked once more, and listed."""

import contextlib
import io
import os
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from cli.audit.secrecy import Needles
from cli.bundle.hiding import clean
from common.errors import UsageError

README = "README.txt"
HEAD = """\
A bundle of paperbus: what the system says about itself, made by `paperbus bundle`.
Secrets and the names in mail addresses were taken out. Titles of papers, names of feeds and
watches, and addresses of servers are in it: look through it before you give it away.
"""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One file of the bundle."""

    file: str
    size_bytes: int
    outcome: str
    text: str


class File(msgspec.Struct, frozen=True, kw_only=True):
    """One file before it is cleaned."""

    name: str
    body: bytes
    text: str
    outcome: str = "ok"


def cleaned(files: Sequence[File], secrets: Sequence[tuple[str, str]]) -> dict[str, File]:
    """All of them without secrets; a file in which one is left all the same loses its body."""
    needles = Needles(secrets)
    found = {}
    for one in files:
        body = clean(one.body)
        if names := sorted(set(needles.names_in(body))):
            body = f"left out: {', '.join(names)} could not be taken out\n".encode()
            found[one.name] = File(name=one.name, body=body, text=one.text, outcome="left out")
        else:
            found[one.name] = msgspec.structs.replace(one, body=body)
    return found


def listed(files: Mapping[str, File]) -> list[Listed]:
    """What went in, for the one who looks at it."""
    return [
        Listed(file=one.name, size_bytes=len(one.body), outcome=one.outcome, text=one.text)
        for one in files.values()
    ]


def table(found: Sequence[Listed]) -> list[str]:
    """A line a file."""
    width = max((len(one.file) for one in found), default=0)
    return [
        f"{one.file:<{width}}  {one.size_bytes:>8}  {one.outcome:<13}  {one.text}" for one in found
    ]


def refuse_existing(path: Path) -> None:
    """Raise UsageError for a file that is there already, or a folder that is not."""
    if path.exists():
        raise UsageError("--out", f"{path} is there already; name another file")
    if not path.parent.is_dir():
        raise UsageError("--out", f"{path.parent} is no folder; make it, or name another")


def write(path: Path, root: str, files: Mapping[str, File], at_s: float) -> None:
    """Write ``path``, readable by its owner only; raises UsageError where that cannot be."""
    readme = "\n".join((HEAD, *table(listed(files)), "")).encode()
    bodies = {README: readme, **{one.name: one.body for one in files.values()}}
    part = path.with_name(f"{path.name}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out, tarfile.open(fileobj=out, mode="w:gz") as tar:
            for name, body in bodies.items():
                info = tarfile.TarInfo(f"{root}/{name}")
                info.size, info.mtime, info.mode = len(body), int(at_s), 0o600
                tar.addfile(info, io.BytesIO(body))
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise UsageError("--out", f"{path} cannot be written: {error.strerror}") from error
