"""The parts put together."""

import asyncio
from pathlib import Path
from typing import cast

import pytest

from common.errors import Unavailable, UsageError
from common.settings import load
from fetcher import assembly, stores
from fetcher.announce import Rehearsal
from fetcher.runner import Runner
from fetcher.settings import Settings


class Watched:
    """Looks that fail twice the same way, then another way, then go well."""

    def __init__(self, stopping: asyncio.Event) -> None:
        self._errors: list[Exception | None] = [
            UsageError("path", "the folder is missing"),
            UsageError("path", "the folder is missing"),
            Unavailable("nats", "down"),
            None,
        ]
        self._stopping = stopping

    async def watch(self) -> None:
        error = self._errors.pop(0)
        if not self._errors:
            self._stopping.set()
        if error is not None:
            raise error


async def test_folders_are_watched_until_the_stop_and_a_problem_is_told_once() -> None:
    stopping, told = asyncio.Event(), list[str]()
    runs = cast(Runner, Watched(stopping))
    await assembly.watch_folders(runs, stopping, 0.001, problem=told.append)
    assert told == ["path: the folder is missing", "nats: down"]


async def test_a_runner_from_settings(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text('kind = "arxiv"\ncategories = ["cs.AI"]\n')
    settings = load(
        Settings, {"FEEDS_DIR": str(tmp_path), "ARXIV_OAI_URL": "http://127.0.0.1:9/oai"}
    )
    kept = stores.rehearsed(settings, Rehearsal())
    feeds = assembly.feeds_of(settings.fetcher)
    async with assembly.arxiv(settings.fetcher, kept.leases) as source:
        assert assembly.runner(settings.fetcher, source, kept, feeds) is not None
    assert await kept.leases.keys() == []
    with pytest.raises(UsageError, match="FEEDS_DIR"):
        assembly.feeds_of(load(Settings, {"FEEDS_DIR": str(tmp_path / "none")}).fetcher)
