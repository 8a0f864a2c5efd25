"""Which software it is, and the head of its changelog; pure but for the reading."""

import re
from pathlib import Path

import cli
from common.errors import UsageError

NAME = "CHANGELOG.md"
MOST = 12
_ITEM = re.compile(r"^- (.*(?:\n  .*)*)", re.MULTILINE)


def changelog(path: str) -> str:
    """The file a setting names, else that of the source tree; empty where there is none."""
    if path:
        try:
            return Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError("CHANGELOG_FILE", f"cannot be read: {error}") from error
    found = Path(cli.__file__).parents[4] / NAME
    return found.read_text(encoding="utf-8") if found.is_file() else ""


def head(text: str) -> tuple[str, tuple[str, ...]]:
    """The name of the newest section, and its first items, each in one line."""
    _, _, newest = text.partition("\n## ")
    newest = newest.partition("\n## ")[0]
    section, _, body = newest.partition("\n")
    notes = [" ".join(item.split()) for item in _ITEM.findall(body)]
    return section.strip(), tuple(notes[:MOST])
