"""The indexer at work on papers without a PDF, against its embedder alone on the same texts."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import msgspec
from bench_folders import say

from common import connection
from common.buskeys import seed_file
from common.embed import factory
from common.events import PaperFetched
from common.ids import message_id, now
from common.settings import BusSettings, EmbedSettings, load
from common.vectors.composing import searched
from servers import poll_until
from standalone import services
from standalone.folder import DataFolder
from standalone.servers import KEYS
from standalone.stack import Stack

GOAL = 0.8
WARM = 64
"""Papers that are indexed before the clock starts, so that the start is no part of it."""
AT_ONCE = 64


def measure(papers: Sequence[PaperFetched]) -> dict[str, Any]:
    """Papers a second of both."""
    say("the embedder alone")
    alone = asyncio.run(_alone(papers))
    say("the indexer")
    indexed = _indexed(papers)
    return {
        "measure": "indexing",
        "indexed": len(papers),
        "papers_per_s": round(indexed, 1),
        "embedder_papers_per_s": round(alone, 1),
        "ratio": round(indexed / alone, 3),
        "goal": f">= {GOAL}",
    }


async def _alone(papers: Sequence[PaperFetched]) -> float:
    embedder = await factory.create(EmbedSettings())
    texts = [searched(one) for one in papers]
    try:
        await embedder.embed(texts[:WARM])
        began = time.perf_counter()
        for at in range(WARM, len(texts), AT_ONCE):
            await embedder.embed(texts[at : at + AT_ONCE])
        return (len(texts) - WARM) / (time.perf_counter() - began)
    finally:
        await embedder.close()


def _indexed(papers: Sequence[PaperFetched]) -> float:
    with tempfile.TemporaryDirectory() as name:
        data = DataFolder(Path(name))
        data.claim()
        stack = Stack(data, lambda _: None)
        try:
            stack.start_servers()
            fetcher = seed_file(data.path / KEYS, "fetcher")
            speaking = {**stack.environ, "NATS_NKEY_SEED_FILE": str(fetcher)}
            asyncio.run(_stated(speaking, papers[:WARM]))
            stack.start(services.service("indexer", data, stack.ports, stack.environ))
            count = f"{stack.environ['QDRANT_URL']}/collections/papers/points/count"
            poll_until(lambda: _count(count) >= WARM, "nothing is indexed", seconds=120)
            asyncio.run(_stated(speaking, papers[WARM:]))
            began = time.perf_counter()
            poll_until(lambda: _count(count) >= len(papers), "not all is indexed", seconds=600)
            return (len(papers) - WARM) / (time.perf_counter() - began)
        finally:
            stack.stop()


async def _stated(environ: dict[str, str], papers: Sequence[PaperFetched]) -> None:
    async with connection.client(load(BusSettings, environ), "fetcher") as nc:
        js = nc.jetstream()
        for one in papers:
            ident = message_id("bench", one.paper)
            fact = msgspec.structs.replace(one, event_id=ident, at=now())
            await js.publish(fact.subject, msgspec.json.encode(fact))


def _count(url: str) -> int:
    try:
        told = httpx.post(url, json={"exact": True}, timeout=20)
    except httpx.HTTPError:
        return 0
    return int(told.json()["result"]["count"]) if told.status_code == 200 else 0
