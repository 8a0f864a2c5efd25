"""Replicas of the fetcher share one lease on a real bus, and the source sees one polite client."""

import asyncio
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from buses import connected
from common.errors import Unavailable
from fetcher import assembly
from fetcher.arxiv import Arxiv
from fetcher.settings import FetcherSettings
from servers import Nats
from standalone.upstream.records import Record, bundled_day, read_day

pytestmark = pytest.mark.connected

PAPERS = 8
CLOCKS_S = 0.01
"""The source and the fetcher read different clocks."""
Replica = Callable[[float, float], AbstractAsyncContextManager[Arxiv]]


class Source:
    """The upstream as a child, and what it says it was asked."""

    def __init__(self, url: str, papers: list[Record]) -> None:
        self.url = url
        self.ids = [record.id for record in papers]

    def _call(self, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"{self.url}/control{path}", data, timeout=10) as answer:
            return json.loads(answer.read())

    @property
    def asked(self) -> dict[str, Any]:
        found: dict[str, Any] = self._call("")["asked"]
        return found

    def fault(self, **fault: Any) -> None:
        self._call("/faults", fault)

    def environ(self, **more: str) -> dict[str, str]:
        return {
            "ARXIV_OAI_URL": f"{self.url}/oai",
            "ARXIV_API_URL": f"{self.url}/api/query",
            "ARXIV_PDF_URL": f"{self.url}/pdf",
            **more,
        }


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Source]:
    papers = read_day(bundled_day())[:PAPERS]
    day = tmp_path / "day.jsonl"
    day.write_bytes(b"\n".join(map(msgspec.json.encode, papers)))
    command = [sys.executable, "-m", "standalone.upstream", "--port", "0", "--day", str(day)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    yield Source(process.stderr.readline().split()[3].rstrip(":"), papers)
    process.kill()
    process.communicate()


@pytest.fixture
def replica(nats: Nats, source: Source) -> Replica:
    @asynccontextmanager
    async def opened(interval_s: float, patience_s: float) -> AsyncIterator[Arxiv]:
        own = FetcherSettings(
            arxiv_pdf_url=f"{source.url}/pdf",
            arxiv_interval_s=interval_s,
            arxiv_patience_s=patience_s,
        )
        async with (
            connected(nats, "fetcher") as runtime,
            assembly.arxiv(own, runtime.kv("leases")) as arxiv,
        ):
            yield arxiv

    return opened


@asynccontextmanager
async def two(replica: Replica, interval_s: float, patience_s: float = 30) -> AsyncIterator[Any]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(replica(interval_s, patience_s)) for _ in range(2)]


@pytest.mark.parametrize(("interval_s", "each"), [(0.6, 2), (0.2, 3)], ids=["single", "bursts"])
async def test_two_replicas_keep_one_interval(
    replica: Replica, source: Source, interval_s: float, each: int
) -> None:
    async with two(replica, interval_s) as replicas:
        work = [one.pdf(paper, 1) for one in replicas for paper in source.ids[:each]]
        began = time.monotonic()
        bodies = await asyncio.gather(*work)
        spent = time.monotonic() - began

    asked = source.asked
    assert all(body.startswith(b"%PDF-") for body in bodies)
    assert (asked["total"], asked["statuses"]) == (2 * each, {"200": 2 * each})
    assert asked["max_concurrency"] == 1
    assert asked["min_spacing_s"] >= interval_s - CLOCKS_S
    assert asked["connections"] == 2, "one connection of each replica"
    # nobody waits much longer than manners ask for
    assert spent < (2 * each - 1) * interval_s + 15


@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_moves_both(replica: Replica, source: Source, status: int) -> None:
    source.fault(match="/pdf/", kind="status", status=status, retry_after_s=1)

    async def ask(one: Arxiv, paper: str) -> float:
        await one.pdf(paper, 1)
        return time.monotonic() - began

    async with two(replica, 0.6) as replicas:
        began = time.monotonic()
        spent = await asyncio.gather(*map(ask, replicas, source.ids[:2]))

    assert min(spent) >= 1, "the one that was not told waits too"
    assert max(spent) < 15
    assert source.asked["statuses"] == {str(status): 1, "200": 2}
    assert source.asked["max_concurrency"] == 1


async def test_a_long_silence_is_told_to_the_other_who_does_not_ask(
    replica: Replica, source: Source
) -> None:
    source.fault(match="/pdf/", kind="status", status=429, retry_after_s=100, times=None)
    async with two(replica, 0.1, patience_s=0.5) as replicas:
        for one in (*replicas, *replicas):
            with pytest.raises(Unavailable, match="answered 429") as caught:
                await one.pdf(source.ids[0], 1)
            assert caught.value.delay_s is not None
            assert 80 < caught.value.delay_s <= 100
    assert source.asked["total"] == 1


async def test_processes_keep_it_too(nats: Nats, source: Source, tmp_path: Path) -> None:
    (tmp_path / "feeds").mkdir()
    environ = source.environ(
        NATS_URL=nats.url, FEEDS_DIR=str(tmp_path / "feeds"), ARXIV_INTERVAL_S="0.6"
    )
    running = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "fetcher", "fetch", "--id", paper, "--json"),
            env={**os.environ, **environ},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        for paper in source.ids[:3]
    ]
    for said, error in await asyncio.gather(*(process.communicate() for process in running)):
        assert json.loads(said)["counts"]["new"] == 1, error

    asked = source.asked
    assert (asked["total"], asked["connections"], asked["max_concurrency"]) == (3, 3, 1)
    assert asked["min_spacing_s"] >= 0.6 - CLOCKS_S
