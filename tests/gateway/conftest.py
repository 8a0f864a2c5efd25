"""A gateway over in-memory stores, reached as over HTTP."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from common.events import PaperMeta, VersionInfo
from fakes_gateway import World
from gateway import app
from gateway.edge import Edge
from gateway.gate import LOCAL_NAMES, Gate
from gateway.hub import Hub
from gateway.ports import FeedInfo

KEY = "k" * 40
FEEDS = (FeedInfo(name="ai-scholar", title="AI scholar"),)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def meta() -> Callable[..., PaperMeta]:
    def make(title: str = "Graph networks", **more: Any) -> PaperMeta:
        return PaperMeta(
            **{
                "title": title,
                "abstract": "We study graph networks at scale.",
                "authors": ("Ada Lovelace", "Alan Turing"),
                "categories": ("cs.LG", "stat.ML"),
                "announced": "2026-07-14",
                "licence": "http://creativecommons.org/licenses/by/4.0/",
                "versions": (VersionInfo(version=1, submitted="2026-07-13T10:00:00Z"),),
                "feeds": ("ai-scholar",),
                **more,
            }
        )

    return make


Client = AsyncTestClient[Any]


@pytest.fixture
async def client(world: World) -> AsyncIterator[Client]:
    gate = Gate("", hosts=LOCAL_NAMES)
    made = Edge(app.create(world.stores(feeds=FEEDS), Hub(world.bus), gate), gate)
    async with AsyncTestClient(made, base_url="http://127.0.0.1:8080") as found:
        yield found


@pytest.fixture
async def guarded(world: World) -> AsyncIterator[Client]:
    gate = Gate(KEY, hosts=None)
    made = Edge(app.create(world.stores(feeds=FEEDS), Hub(world.bus), gate), gate)
    async with AsyncTestClient(made, base_url="http://papers.example") as found:
        yield found
