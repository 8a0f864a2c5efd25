"""Environment files as compose reads them: ``NAME=value`` a line, quotes and comments allowed."""

import re
from pathlib import Path

from common.errors import UsageError

_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*", re.ASCII)
_COMMENT = re.compile(r"\s+#.*$")


def read(path: Path) -> dict[str, str]:
    """The variables of a file; raises UsageError for one that is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise UsageError(str(path), f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(str(path), "is no text file") from error
    found: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        fits = _LINE.fullmatch(line)
        if fits is None:
            raise UsageError(f"{path}:{number}", "is no NAME=value; write # before a comment")
        found[fits[1]] = _unquoted(fits[2])
    return found


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1].replace("'\\''", "'")
    return _COMMENT.sub("", value)
