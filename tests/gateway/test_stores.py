import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from nats.aio.client import Client

from common.errors import Unavailable, UsageError
from common.runtime import Runtime
from common.settings import load
from common.version import VERSION
from gateway import stores
from gateway.ports import Filters, Stores
from gateway.settings import Settings
from unheard import port_of, unheard

ALL = Filters()


class Nats:
    """A client of NATS whose server may be away."""

    def __init__(self) -> None:
        self.away = False

    def jetstream(self, **options: Any) -> "Nats":
        """The same again."""
        return self

    async def stream_info(self, name: str) -> Any:
        """The state of a stream."""
        if self.away:
            raise TimeoutError
        return SimpleNamespace(state=SimpleNamespace(first_seq=1, last_seq=7))

    async def consumer_info(self, stream: str, durable: str) -> Any:
        """How much waits for a consumer."""
        if self.away:
            raise TimeoutError
        return SimpleNamespace(num_pending=2, num_ack_pending=None, paused=None)


HELD = unheard()


def settings(**more: str) -> Settings:
    nowhere = f"http://127.0.0.1:{port_of(HELD)}"
    given = {"EMBEDDING_KIND": "static", "QDRANT_URL": nowhere, "S3_URL": nowhere}
    return load(Settings, {**given, **more})


@asynccontextmanager
async def opened(nats: Nats, **more: str) -> AsyncIterator[Stores]:
    runtime = Runtime("gateway", cast(Client, nats))
    async with stores.opened(runtime, settings(**more)) as found:
        yield found


async def test_it_opens_while_nothing_answers_and_says_what_is_missing() -> None:
    nats = Nats()
    nats.away = True
    async with opened(nats) as found:
        assert set(found.checks) == {"nats", "qdrant", "s3"}
        for name, dependency in (("nats", "nats"), ("qdrant", "qdrant"), ("s3", "objects")):
            with pytest.raises(Unavailable) as told:
                await found.checks[name]()
            assert told.value.dependency == dependency
        with pytest.raises(Unavailable, match="nats"):
            await found.lag()
        with pytest.raises(Unavailable):
            await found.index.newest(ALL, limit=1)


async def test_a_dependency_that_comes_back_is_used_without_a_restart() -> None:
    nats = Nats()
    nats.away = True
    async with opened(nats) as found:
        with pytest.raises(Unavailable):
            await found.checks["nats"]()
        nats.away = False
        await found.checks["nats"]()
        assert await found.bus.last_seq() == 7
        waiting = await found.lag()
        assert {one.service for one in waiting} >= {"fetcher", "indexer", "summarizer", "notifier"}
        assert {(one.waiting, one.in_work) for one in waiting} == {(2, 0)}


def embedding() -> set[threading.Thread]:
    """The threads that embed queries now."""
    return {one for one in threading.enumerate() if one.name.startswith("embed")}


async def test_everything_is_closed_at_the_end_also_after_a_failure() -> None:
    before = embedding()
    left: list[Stores] = []

    async def used() -> None:
        async with opened(Nats()) as found:
            left.append(found)
            await found.index.search("graph", ALL, mode="semantic", limit=1)

    with pytest.raises(Unavailable, match="qdrant"):
        await used()
    assert embedding() <= before, "its model was loaded and used"
    with pytest.raises((RuntimeError, Unavailable), match="closed"):
        await left[0].index.search("graph", ALL, mode="keyword", limit=1)
    with pytest.raises((RuntimeError, Unavailable), match="closed"):
        await left[0].index.count(ALL)


async def test_feeds_and_version_are_read_once(tmp_path: Path) -> None:
    (tmp_path / "ai.toml").write_text('title = "AI"\n')
    async with opened(Nats(), FEEDS_DIR=str(tmp_path)) as found:
        assert [(one.name, one.title) for one in found.feeds] == [("ai", "AI")]
        assert found.version == VERSION


async def test_a_model_that_is_not_there_is_told_by_its_setting() -> None:
    with pytest.raises(UsageError, match="EMBEDDING_DIMENSIONS"):
        async with opened(Nats(), EMBEDDING_DIMENSIONS="7"):
            pytest.fail("it must not open")
