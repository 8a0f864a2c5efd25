"""Where a running standalone system can be reached: ``<data>/paperbus.env``."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

NAME = "paperbus.env"
_LINE = re.compile(r"^([A-Z][A-Z0-9_]*)='((?:[^']|'\\'')*)'$", re.MULTILINE)


def write(folder: Path, values: Mapping[str, str]) -> Path:
    """Write the file, readable by its owner only; a shell can read it with ``. FILE``."""
    path = folder / NAME
    lines = [f"{name}='{_quoted(value)}'" for name, value in sorted(values.items())]
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write("\n".join(lines) + "\n")
    fresh.replace(path)
    return path


def read(folder: Path) -> dict[str, str]:
    """What ``write`` wrote; empty when there is no such file."""
    try:
        text = (folder / NAME).read_bytes().decode()
    except OSError:
        return {}
    return {match[1]: match[2].replace("'\\''", "'") for match in _LINE.finditer(text)}


def _quoted(value: str) -> str:
    return value.replace("'", "'\\''")
