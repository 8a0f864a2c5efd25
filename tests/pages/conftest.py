"""A real gateway over in-memory stores, and a real browser that may reach nothing else."""

import asyncio
import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from common.events import PaperMeta, VersionInfo
from fakes_gateway import World
from gateway import app, server
from gateway.edge import Edge
from gateway.gate import LOCAL_NAMES, Gate
from gateway.hub import Hub
from gateway.ports import FeedInfo, Found

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--in-process-gpu",
    "--renderer-process-limit=1",
    "--disable-extensions",
    "--disable-features=Vulkan,Translate,OptimizationHints,MediaRouter",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")

PATIENCE_MS = 60_000
"""Other tests share the machine."""

expect.set_options(timeout=PATIENCE_MS)


class Site:
    """The gateway in a thread; papers are added as the services would add them."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(60)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        self.world, self._stopping = World(), asyncio.Event()
        gate, hub = Gate("", hosts=LOCAL_NAMES), Hub(self.world.bus)
        listener = server.bind("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        feeds = (FeedInfo(name="ai-scholar", title="AI scholar"),)
        made = Edge(app.create(self.world.stores(feeds=feeds), hub, gate), gate)
        self.hub = hub
        self._ready.set()
        await asyncio.gather(hub.run(), server.serve(made, listener, hub, self._stopping))

    def listens(self, page: Page) -> None:
        """Wait until the page has its live stream."""
        page.wait_for_function("() => performance.getEntriesByType('resource').length > 0")
        for _ in range(2400):
            if self.hub.clients:
                return
            page.wait_for_timeout(25)
        raise TimeoutError("the page does not listen")

    def add(self, number: int, title: str = "", *, upto: str = "notified", **more: Any) -> str:
        """One more paper; its key."""
        key = f"arxiv:2401.{number:05d}"
        asyncio.run_coroutine_threadsafe(
            self._add(meta_of(number, title, **more), key, upto), self._loop
        ).result(60)
        return key

    async def _add(self, meta: PaperMeta, key: str, upto: str) -> None:
        self.world.add(meta, key, upto=upto)
        found = Found(paper=key, text="Graphs grow slowly.", score=0.5, page=7, section="Results")
        self.world.index.found[key] = [found]
        await self.world.bus.wake()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(10)


def meta_of(number: int, title: str, **more: Any) -> PaperMeta:
    return PaperMeta(
        **{
            "title": title or f"Paper {number} on graph networks and $x_{{{number}}}$",
            "abstract": "We study graph networks at scale. " * 6 + "For $\\alpha < 2$ it holds.",
            "authors": ("Ada Lovelace", "Alan Turing"),
            "categories": ("cs.LG", "stat.ML"),
            "announced": "2026-07-14",
            "licence": "http://creativecommons.org/licenses/by/4.0/",
            "versions": (VersionInfo(version=1, submitted="2026-07-13T10:00:00Z"),),
            **more,
        }
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Per module: playwright keeps an event loop running, beside which no other may be."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("no Chromium here: install it (apt-get install chromium) to run page tests")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=ARGS, timeout=PATIENCE_MS)
        yield found
        found.close()


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()
    yield found
    found.stop()


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Open]:
    """Opens a place; anything asked of another host, and any error in a script, fails the test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def watched(page: Page) -> None:
        page.on("request", lambda r: None if r.url.startswith(site.url) else wrong.append(r.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda m: wrong.append(m.text) if "Security Policy" in m.text else None)

    def make(place: str = "/", *, phone: bool = False, **more: Any) -> Page:
        wide, high = (390, 844) if phone else (1280, 900)
        size = ViewportSize(width=wide, height=high)
        context = browser.new_context(base_url=site.url, viewport=size, **more)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        watched(page)
        page.goto(place, wait_until="domcontentloaded")
        return page

    yield make
    for context in contexts:
        context.close()
    assert wrong == []
