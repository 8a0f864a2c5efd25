"""Feeds: standing orders to the fetcher, one TOML file each, checked before anything runs."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from common.configured import refused
from common.errors import UsageError
from fetcher.selection import CATEGORY_PATTERN, Keywords

_NAME = re.compile(r"^[a-z0-9][a-z0-9-]{0,39}$")
_CRON_FIELD = re.compile(r"^[0-9A-Za-z*/,?-]+$")
_EVERY = re.compile(r"^@(?:every \d+[smh]|hourly|daily|midnight|weekly|monthly|yearly|annually)$")
_PATTERN = re.compile(r"^[^/\\\0]+$")


class ArxivFeed(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag_field="kind",
    tag="arxiv",
    forbid_unknown_fields=True,
):
    """Papers of arXiv by category and keyword."""

    name: str = ""
    title: str = ""
    description: str = ""
    categories: tuple[str, ...]
    """Like ``cs.AI``, ``q-fin.*`` or ``*``."""
    keywords: Keywords = msgspec.field(default_factory=Keywords)
    cross_lists: bool = True
    """Also papers whose primary category is another one."""
    replacements: bool = True
    """Also new versions of papers that are already known."""
    download_pdf: Literal["all", "never"] = "all"
    schedule: str = ""
    """Six-field cron (seconds first) or ``@every 1h``; empty means only on request."""
    time_zone: str = "UTC"
    limit: int = 0
    """At most so many new papers a run; 0 means all."""
    first_days: int = 3
    """How far back the first run looks."""
    enabled: bool = True


class FolderFeed(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag_field="kind",
    tag="folder",
    forbid_unknown_fields=True,
):
    """Every PDF in a folder is a paper."""

    name: str = ""
    title: str = ""
    description: str = ""
    path: str
    """The folder; a relative one is taken from the directory the service runs in."""
    pattern: str = "*.pdf"
    licence: str = ""
    """Licence address of papers whose sidecar names none."""
    schedule: str = ""
    time_zone: str = "UTC"
    limit: int = 0
    enabled: bool = True


Feed = ArxivFeed | FolderFeed
_DECODE: type[Feed] = ArxivFeed | FolderFeed  # type: ignore[assignment]


def source_of(feed: Feed) -> str:
    """What its papers name as their source: the feed's kind."""
    return str(feed.__struct_config__.tag)


def load_feeds(folder: Path) -> dict[str, Feed]:
    """All enabled feeds of a folder by name; raises UsageError naming file, field and mend."""
    if not folder.is_dir():
        raise UsageError("FEEDS_DIR", f"{folder} is not a folder; name the one that holds *.toml")
    feeds = [load_feed(path) for path in sorted(folder.glob("*.toml"))]
    return {feed.name: feed for feed in feeds if feed.enabled}


def all_problems(folder: Path) -> Iterator[UsageError]:
    """Everything that is wrong with the feeds of a folder."""
    if not folder.is_dir():
        yield from refused(lambda: load_feeds(folder))
        return
    for path in sorted(folder.glob("*.toml")):
        try:
            feed = _decoded(path.stem, _read(path), path.name)
        except UsageError as error:
            yield error
            continue
        yield from (UsageError(f"{path.name}: {name}", words) for name, words in _problems(feed))


def load_feed(path: Path) -> Feed:
    """The feed in one file; its name is the file's."""
    return parse_feed(path.stem, _read(path), file=path.name)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(str(path), f"cannot be read: {error}") from error


def parse_feed(name: str, text: str, *, file: str = "") -> Feed:
    """The feed a TOML text describes; raises UsageError."""
    file = file or f"{name}.toml"
    feed = _decoded(name, text, file)
    for field, problem in _problems(feed):
        raise UsageError(f"{file}: {field}", problem)
    return feed


def _decoded(name: str, text: str, file: str) -> Feed:
    if not _NAME.match(name):
        raise UsageError(file, "a feed's name has only a-z, 0-9 and -, at most 40; rename the file")
    try:
        raw = tomllib.loads(text)
        feed: Feed = msgspec.convert(raw, _DECODE)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(file, f"is not valid TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise UsageError(file, _plain(str(error))) from error
    return msgspec.structs.replace(feed, name=name, title=feed.title or name)


def _plain(error: str) -> str:
    """msgspec's message with TOML's words; it already names the field."""
    if "Invalid value" in error and "$.kind" in error:
        return "kind: must be 'arxiv' or 'folder'"
    if "missing required field `kind`" in error:
        return 'kind: is missing; add kind = "arxiv" or kind = "folder"'
    return error.replace("Object", "the feed").replace("`$.", "`")


def _problems(feed: Feed) -> Iterable[tuple[str, str]]:
    yield from _schedule_problems(feed)
    if feed.limit < 0:
        yield "limit", "must be 0 (all) or more"
    if isinstance(feed, FolderFeed):
        if not feed.path.strip():
            yield "path", "is empty; name the folder to watch"
        if not _PATTERN.match(feed.pattern) or feed.pattern in (".", ".."):
            yield "pattern", f"{feed.pattern!r} must be a file pattern without slashes, like *.pdf"
        return
    if not feed.categories:
        yield "categories", 'is empty; list categories such as ["cs.AI", "stat.*"]'
    for category in feed.categories:
        if not CATEGORY_PATTERN.match(category):
            yield "categories", f"{category!r} is no category; write it like cs.AI, q-fin.* or *"
    if not 1 <= feed.first_days <= 365:
        yield "first_days", "must be from 1 to 365"


def _schedule_problems(feed: Feed) -> Iterable[tuple[str, str]]:
    fields = feed.schedule.split()
    cron = len(fields) == 6 and all(_CRON_FIELD.match(f) for f in fields)
    if feed.schedule and not cron and not _EVERY.match(feed.schedule):
        yield (
            "schedule",
            (
                f"{feed.schedule!r} is no six-field cron (second minute hour day month weekday); "
                "write it like '0 0 8,12,16,20 * * MON-FRI' or '@every 1h'"
            ),
        )
    try:
        ZoneInfo(feed.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield "time_zone", f"{feed.time_zone!r} is no time zone; write it like America/New_York"


def feed_named(feeds: dict[str, Feed], name: str) -> Feed:
    """The feed of that name; raises UsageError listing those there are."""
    if name not in feeds:
        known = ", ".join(sorted(feeds)) or "none"
        raise UsageError("feed", f"there is no feed {name[:60]!r}; there are: {known}")
    return feeds[name]
