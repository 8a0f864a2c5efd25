"""This machine: versions of all that is installed, and the ends of the logs."""

import os
import platform
from importlib import metadata
from pathlib import Path

import msgspec

from common.version import VERSION

TAIL_LINES = 200
TAIL_BYTES = 256 * 1024


def versions(at: str) -> bytes:
    """What is installed here, as JSON; no name of the machine or of a person."""
    packages = {one.metadata["Name"]: one.version for one in metadata.distributions()}
    told = {
        "at": at,
        "paperbus": VERSION,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        "packages": dict(sorted(packages.items())),
    }
    return msgspec.json.encode(told)


def log_ends(data: Path) -> dict[str, bytes]:
    """The last lines of each log of a system on this machine, by file name."""
    return {path.name: _end(path) for path in sorted((data / "logs").glob("*.log"))}


def _end(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - TAIL_BYTES))
            lines = file.read().splitlines(keepends=True)
    except OSError as error:
        return f"cannot be read: {error.strerror}\n".encode()
    whole = lines[1:] if size > TAIL_BYTES else lines  # the first may be cut
    return b"".join(whole[-TAIL_LINES:])
