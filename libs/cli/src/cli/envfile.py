"""Where a running standalone system can be reached: ``<data>/paperbus.env``."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

NAME = "paperbus.env"
_LINE = re.compile(r"^([A-Z][A-Z0-9_]*)='(.*)'$")


def write(folder: Path, values: Mapping[str, str]) -> Path:
    """Write the file, readable by its owner only; a shell can read it with ``. FILE``."""
    path = folder / NAME
    lines = [f"{name}='{_quoted(value)}'" for name, value in sorted(values.items())]
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("\n".join(lines) + "\n")
    fresh.replace(path)
    return path


def read(folder: Path) -> dict[str, str]:
    """What ``write`` wrote; empty when there is no such file."""
    try:
        lines = (folder / NAME).read_text().splitlines()
    except OSError:
        return {}
    found = (_LINE.match(line) for line in lines)
    return {match[1]: match[2].replace("'\\''", "'") for match in found if match}


def _quoted(value: str) -> str:
    return value.replace("'", "'\\''")
