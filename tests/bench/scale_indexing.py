"""The indexer at work, with and without PDFs, against its embedder alone on the same texts."""

import asyncio
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import msgspec
from bench_folders import data_folder, say

from common import connection, objects
from common.buskeys import seed_file
from common.embed import factory
from common.events import PaperFetched
from common.ids import message_id, now
from common.reading.parse import parse
from common.reading.parsed import Limits
from common.settings import BusSettings, EmbedSettings, ObjectsSettings, load
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
LOOKED_EVERY_S = 0.2


PDFS = 30
PDFS_WARM = 2


def measure(papers: Sequence[PaperFetched]) -> Iterator[dict[str, Any]]:
    """Texts a second of both: a paper without a PDF is one text, with one it has passages, too."""
    yield _compared("no PDF", papers, {}, WARM)
    found = sorted((data_folder() / "pdf" / "papers_ccby").glob("*.pdf"))[:PDFS]
    bodies = {one.paper: file.read_bytes() for one, file in zip(papers[:PDFS], found, strict=False)}
    if len(bodies) > PDFS_WARM:
        yield _compared("with PDF", papers[: len(bodies)], bodies, PDFS_WARM)


def _compared(
    name: str, papers: Sequence[PaperFetched], bodies: Mapping[str, bytes], warm: int
) -> dict[str, Any]:
    """The embedder before and after, for machines change their pace."""
    texts = [text for one in papers[warm:] for text in _texts(one, bodies.get(one.paper))]
    say(f"indexing, {name}: the embedder alone, {len(texts)} texts")
    before = asyncio.run(_alone(texts))
    say("the indexer")
    indexed = _indexed(papers, bodies, warm)
    say("the embedder alone, again")
    alone = (before + asyncio.run(_alone(texts))) / 2
    return {
        "measure": f"indexing, {name}",
        "indexed": len(papers) - warm,
        "texts": len(texts),
        "papers_per_s": round((len(papers) - warm) / indexed, 2),
        "texts_per_s": round(len(texts) / indexed, 1),
        "embedder_texts_per_s": round(len(texts) / alone, 1),
        "ratio": round(alone / indexed, 3),
        "goal": f">= {GOAL}",
    }


def _texts(paper: PaperFetched, body: bytes | None) -> list[str]:
    """What the indexer embeds for it."""
    passages = parse(body, Limits()).passages if body else ()
    return [searched(paper), *(passage.text for passage in passages)]


async def _alone(texts: Sequence[str]) -> float:
    """Seconds for all of them."""
    embedder = await factory.create(EmbedSettings())
    try:
        await embedder.embed(texts[:AT_ONCE])
        began = time.perf_counter()
        for at in range(0, len(texts), AT_ONCE):
            await embedder.embed(texts[at : at + AT_ONCE])
        return time.perf_counter() - began
    finally:
        await embedder.close()


def _indexed(papers: Sequence[PaperFetched], bodies: Mapping[str, bytes], warm: int) -> float:
    """Seconds for all but the first, with which it warms up."""
    with tempfile.TemporaryDirectory() as name:
        data = DataFolder(Path(name))
        data.claim()
        stack = Stack(data, lambda _: None)
        try:
            stack.start_servers()
            fetcher = seed_file(data.path / KEYS, "fetcher")
            speaking = {**stack.environ, "NATS_NKEY_SEED_FILE": str(fetcher)}
            facts = asyncio.run(_stored(stack.environ, papers, bodies))
            asyncio.run(_stated(speaking, facts[:warm]))
            stack.start(services.service("indexer", data, stack.ports, stack.environ))
            with httpx.Client(base_url=stack.environ["QDRANT_URL"], timeout=20) as client:
                poll_until(lambda: _count(client) >= warm, "nothing is indexed", seconds=120)
                asyncio.run(_stated(speaking, facts[warm:]))
                began = time.perf_counter()
                poll_until(lambda: _count(client) >= len(papers), "not all is indexed", seconds=900)
                return time.perf_counter() - began
        finally:
            stack.stop()


async def _stored(
    environ: Mapping[str, str], papers: Sequence[PaperFetched], bodies: Mapping[str, bytes]
) -> list[PaperFetched]:
    """The papers, with their PDFs where there are some."""
    store = objects.connect(load(ObjectsSettings, environ))
    refs = {
        paper: await store.put("pdf", body, "application/pdf") for paper, body in bodies.items()
    }
    return [msgspec.structs.replace(one, pdf=refs.get(one.paper)) for one in papers]


async def _stated(environ: dict[str, str], papers: Sequence[PaperFetched]) -> None:
    async with connection.client(load(BusSettings, environ), "fetcher") as nc:
        js = nc.jetstream()
        for one in papers:
            ident = message_id("bench", one.paper)
            fact = msgspec.structs.replace(one, event_id=ident, at=now())
            await js.publish(fact.subject, msgspec.json.encode(fact))


def _count(client: httpx.Client) -> int:
    """How many papers are there; asked seldom, for asking takes from the same processors."""
    time.sleep(LOOKED_EVERY_S)
    try:
        told = client.post("/collections/papers/points/count", json={"exact": True})
    except httpx.HTTPError:
        return 0
    return int(told.json()["result"]["count"]) if told.status_code == 200 else 0
