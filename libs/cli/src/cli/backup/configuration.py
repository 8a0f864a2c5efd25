"""How the system was set up, as a backup keeps it: settings without secrets, and the feeds."""

from pathlib import Path

import msgspec

from common.errors import UNREADABLE, Terminal
from common.settings import describe


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the one who made the backup, and the text of each feed."""

    settings: dict[str, str]
    feeds: dict[str, str]


def read(settings: msgspec.Struct, feeds: Path) -> Setup:
    """What there is now; a folder without feeds gives none."""
    files = sorted(feeds.glob("*.toml")) if feeds.is_dir() else []
    return Setup(
        settings=dict(describe(settings)),
        feeds={file.name: file.read_text(encoding="utf-8", errors="replace") for file in files},
    )


def decode(body: bytes) -> Setup:
    """Raises Terminal for a damaged one."""
    try:
        return msgspec.json.decode(body, type=Setup)
    except UNREADABLE as error:
        raise Terminal(f"config.json is damaged: {error}", reason="backup") from error


def write_feeds(setup: Setup, into: Path) -> list[str]:
    """Write the feeds that are not there; their names."""
    into.mkdir(parents=True, exist_ok=True)
    fresh = [name for name in sorted(setup.feeds) if not (into / name).exists()]
    for name in fresh:
        (into / Path(name).name).write_text(setup.feeds[name], encoding="utf-8")
    return fresh
