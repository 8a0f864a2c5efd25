"""The logs of a system on this machine: compressed, and the old ones removed. These block.

The processes append to their logs, so a log is emptied in place; lines that come in the moment
between its end and its emptying are lost, and nothing else.
"""

import gzip
import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from common.topology import MIB

LEAST_BYTES = MIB


class File(NamedTuple):
    """A log and its size."""

    path: Path
    size_bytes: int


def grown(folder: Path, *, least_bytes: int = LEAST_BYTES) -> list[File]:
    """Logs that are worth compressing."""
    found = [File(path, path.stat().st_size) for path in sorted(folder.glob("*.log"))]
    return [file for file in found if file.size_bytes >= least_bytes]


def compressed(folder: Path, *, before_s: float) -> list[File]:
    """Compressed logs that were made before a moment."""
    found = []
    for path in sorted(folder.glob("*.log.*.gz")):
        stat = path.stat()
        if stat.st_mtime < before_s:
            found.append(File(path, stat.st_size))
    return found


def compress(file: File, now: datetime) -> int:
    """Move what a log holds into a compressed one beside it; how many bytes that saved."""
    path = file.path
    target = path.with_name(f"{path.name}.{now:%Y%m%dT%H%M%SZ}.gz")
    unfinished = target.with_suffix(".part")
    with path.open("rb") as source, gzip.open(unfinished, "wb", compresslevel=6) as into:
        shutil.copyfileobj(source, into)
        before = source.tell()
        os.truncate(path, 0)
    unfinished.replace(target)
    return before - target.stat().st_size


def remove(files: list[File]) -> int:
    """Take files away; how many bytes they had."""
    for file in files:
        file.path.unlink(missing_ok=True)
    return sum(file.size_bytes for file in files)
