"""Feeds as configured, and the runs the fetcher has recorded."""

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec

from common.errors import UNREADABLE
from common.kv import parts_of
from gateway.bucket import Kv
from gateway.failures import Missing
from gateway.ports import FeedInfo
from gateway.queries import name as checked_name

RUNS_SHOWN = 10


class RunCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many papers a run met."""

    seen: int = 0
    matched: int = 0
    new: int = 0
    replaced: int = 0
    had: int = 0
    failed: int = 0


class RunView(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a feed; ``verdict`` says why it found what it found."""

    feed: str
    id: str = ""
    started: str = ""
    ended: str = ""
    verdict: Annotated[str, msgspec.Meta(examples=["ok"])] = "running"
    reason: str = ""
    counts: RunCounts = RunCounts()
    newest_day: str = ""
    missing: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    error: str = ""


class FeedView(FeedInfo, frozen=True, kw_only=True):
    """A feed with its latest runs, newest first."""

    runs: tuple[RunView, ...] = ()


class FeedList(msgspec.Struct, frozen=True, kw_only=True):
    """All feeds that are configured or have ever run."""

    items: list[FeedView]


def configured(folder: str) -> tuple[FeedInfo, ...]:
    """The feeds in a folder; files that cannot be read are the fetcher's to complain about."""
    found = []
    for path in sorted(Path(folder).glob("*.toml")) if folder else []:
        try:
            raw = tomllib.loads(path.read_text(encoding="utf-8"))
            info = msgspec.convert(raw, FeedInfo)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError):
            continue
        if info.enabled:
            found.append(msgspec.structs.replace(info, name=path.stem))
    return tuple(found)


async def view(sources: Kv, known: tuple[FeedInfo, ...]) -> FeedList:
    """All feeds with their latest runs; raises Unavailable."""
    runs: dict[str, list[RunView]] = {}
    for name, entry in await sources.items("run."):
        feed = parts_of(name)[1]
        runs.setdefault(feed, []).append(_decoded(entry.value, feed))
    infos = {info.name: info for info in known}
    for feed in runs:
        infos.setdefault(feed, FeedInfo(name=feed, title=feed))
    return FeedList(items=[_view(info, runs.get(info.name, [])) for info in infos.values()])


def check(name: str, known: tuple[FeedInfo, ...]) -> str:
    """A feed that can be run; raises UsageError or Missing naming those there are."""
    wanted = checked_name("feed", name)
    if known and wanted not in {info.name for info in known}:
        there = ", ".join(info.name for info in known)
        raise Missing(f"There is no feed {wanted}; there are: {there}")
    return wanted


def _view(info: FeedInfo, runs: list[RunView]) -> FeedView:
    newest = sorted(runs, key=lambda run: run.started, reverse=True)[:RUNS_SHOWN]
    fields = {name: getattr(info, name) for name in info.__struct_fields__}
    return FeedView(**{**fields, "title": info.title or info.name}, runs=tuple(newest))


def _decoded(body: bytes, feed: str) -> RunView:
    try:
        return msgspec.json.decode(body, type=RunView)
    except UNREADABLE:
        return RunView(feed=feed, verdict="unreadable")
