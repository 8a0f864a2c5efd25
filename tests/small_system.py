"""The chain with real servers and real cores in one process, for tests of repair."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from qdrant_client import models

from buses import Settings
from common import bm25, consuming, objects, provision
from common.boundary import Boundary
from common.events import PaperAnnounced, PaperEmbedded, PaperFetched, PaperMeta, SummaryReady
from common.handlers import Done, Handlers
from common.ids import now
from common.jobs import BUCKET as JOBS
from common.jobwork import JobWork
from common.ledger import Ledger, Row
from common.llm import Ask, Reply, Usage
from common.reconciles import BUCKET
from common.retrying import Retrying
from common.runtime import Runtime, connect
from common.secret import Secret
from common.settings import BusSettings, ObjectsSettings, VectorsSettings
from common.vectors import adapter
from common.vectors.candidates import Wanted
from common.vectors.collections import PAPERS, PASSAGES, collection_name
from common.vectors.placing import Place
from fakes_indexer import InProcess, LetterCounts
from indexer import handlers as indexing
from indexer.indexing import Indexer
from indexer.reconcile.reconciler import Reconciler
from indexer.reconcile.record import Records
from indexer.reconcile.world import RealWorld
from indexer.recovering import Recovering
from servers import Nats, vectors_server
from summarizer.recovering import Recovering as Summarizing
from summarizer.settings import SummarizerSettings
from summarizer.spend import Spend
from summarizer.summarize import Summarizer

PDF = Path(__file__).parent / "common" / "reading" / "data" / "jose_00042.pdf"
WORDS = ("maps", "rivers", "bandits", "proteins", "markets", "lasers", "graphs", "robots")


class Model:
    """A paid model that counts what it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def ask(self, ask: Ask) -> Reply:
        self.asked += 1
        return Reply(
            call_id=f"call-{self.asked}",
            text=msgspec.json.encode({"tldr": f"Short number {self.asked}."}).decode(),
            finish="stop",
            model="gpt-4o-mini",
            usage=Usage(prompt_tokens=1000, completion_tokens=100),
        )


class Held(LetterCounts):
    """Embeds for a few papers; the others wait until they are let go."""

    def __init__(self, first: int) -> None:
        self._left = first
        self.holding, self.let_go = asyncio.Event(), asyncio.Event()

    async def embed(self, bodies: Sequence[str]) -> Any:
        self._left -= 1
        if self._left < 0:
            self.holding.set()
            await self.let_go.wait()
        return await super().embed(bodies)


def meta_of(number: int) -> PaperMeta:
    word = WORDS[number % len(WORDS)]
    return PaperMeta(
        title=f"On {word} and paper {number}",
        abstract=f"We study {word} in {number} ways.",
        announced=f"2026-06-{10 + number % 10}",
        feeds=("even",) if number % 2 == 0 else ("odd",),
    )


def name_of(number: int) -> str:
    return f"arxiv:2606.{number:05d}"


class System:
    """A fetcher that makes its PDFs, the real indexer and summarizer, a notifier that counts."""

    def __init__(self, runtime: Runtime, store: objects.Objects, vectors: adapter.Vectors) -> None:
        self.runtime = runtime
        self.store = store
        self.vectors = vectors
        self.model = Model()
        self.embedder = LetterCounts()
        self.told: list[str] = []
        self.fetched: list[str] = []
        self.fetching = asyncio.Event()
        self.fetching.set()

    @asynccontextmanager
    async def use(self) -> AsyncIterator[list[Place]]:
        yield [Place(self.embedder, self.vectors)]

    @asynccontextmanager
    async def world(self) -> AsyncIterator[RealWorld]:
        yield RealWorld(self.runtime, self.store, self.vectors)

    def reconciler(self, grace_s: float = 0) -> Reconciler:
        records = Records(self.runtime.kv(BUCKET))
        return Reconciler(self.world, records, now, grace_s=grace_s, settle_s=0.3)

    def tables(self, runtimes: dict[str, Runtime]) -> dict[str, Handlers]:
        """The handlers of each service, over its own connection."""
        fetcher, notifier = Handlers("fetcher"), Handlers("notifier")

        @fetcher.on(PaperAnnounced, workers=2)
        async def on_paper_announced(event: PaperAnnounced) -> PaperFetched:
            await self.fetching.wait()
            self.fetched.append(event.paper)
            body = PDF.read_bytes() + f"\n%{event.paper}\n".encode()
            pdf = await self.store.put("pdf", body, "application/pdf")
            number = int(event.paper[-5:])
            ref = pdf if number % 2 == 0 else None
            return PaperFetched(
                paper=event.paper,
                version=event.version,
                meta=event.meta,
                pdf=ref,
                announced_at=event.at,
            )

        @notifier.on(PaperEmbedded)
        async def on_paper_embedded(event: PaperEmbedded) -> Done:
            self.told.append(event.paper)
            return Done()

        @notifier.on(SummaryReady)
        async def on_summary_ready(event: SummaryReady) -> Done:
            self.told.append(event.paper)
            return Done()

        own = runtimes["indexer"]
        core = Recovering(
            Indexer(self.store, InProcess(), self, now),
            own.ledger,
            Retrying(own.js, own.ledger, why="test"),
            self.vectors.ensure,
        )
        asked = indexing.Asked(JobWork(own.kv(JOBS), own.bus), own.ledger)
        indexer = indexing.wire(core, self.reconciler(), asked, workers=2)
        return {
            "fetcher": fetcher,
            "indexer": indexer,
            "summarizer": self._summarizer(runtimes["summarizer"]),
            "notifier": notifier,
        }

    def _summarizer(self, own: Runtime) -> Handlers:
        chosen = SummarizerSettings(openai_api_key=Secret("sk-x"), summary_model="gpt-4o-mini")
        spend = Spend(own.kv("spend"), chosen.prices, now)
        core = Summarizer(chosen, self.store, spend, chat=self.model, now=now)
        wrapped = Summarizing(core, own.ledger, Retrying(own.js, own.ledger, why="test"))
        handlers = Handlers("summarizer")

        @handlers.on(PaperEmbedded, workers=2)
        async def on_paper_embedded(event: PaperEmbedded) -> Any:
            return await wrapped.summarize(event)

        return handlers

    async def announce(self, *numbers: int) -> None:
        for number in numbers:
            event = PaperAnnounced(paper=name_of(number), version=1, meta=meta_of(number))
            assert await self.runtime.ledger.announce(event, None)

    async def row(self, number: int, row: str) -> Row | None:
        entry = await self.runtime.ledger.read(name_of(number), row)
        return None if entry is None else entry.row

    async def until(self, check: Callable[[], Any], what: str, seconds: float = 120) -> None:
        async with asyncio.timeout(seconds):
            while not await check():  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def until_ready(self, *numbers: int) -> None:
        rows = ("notifier", "notifier-embedded", "indexer-summary")

        async def ready() -> bool:
            for number in numbers:
                for name in rows:
                    row = await self.row(number, name)
                    if row is None or row.state != "done":
                        return False
            return True

        await self.until(ready, "ready")

    async def searched(self) -> list[list[tuple[str, str, float]]]:
        """What a set of queries finds: paper, short summary, score."""
        found = []
        for word in WORDS:
            dense = await self.embedder.embed([word])
            hits = await self.vectors.search(Wanted(dense, bm25.query(word)))
            found.append([(h.paper.paper, h.paper.tldr, round(h.score, 6)) for h in hits[:3]])
            found.append([(h.paper.paper, h.paper.tldr, 0.0) for h in hits])
            # Papers share one PDF, so passages are unlike each other only within one of them.
            passages = await self.vectors.passages_of(name_of(2), dense, bm25.query("weights"))
            found.append([("", str(at.passage.no), round(at.score, 6)) for at in passages])
        return [sorted(hits, key=lambda hit: (-hit[2], hit[0], hit[1])) for hits in found]

    async def drop_collections(self) -> None:
        for alias in (PAPERS, PASSAGES):
            name = collection_name(alias, self.vectors.model, self.vectors.dim)
            await self.vectors.client.delete_collection(name)

    async def point_ids(self, alias: str) -> list[Any]:
        name = collection_name(alias, self.vectors.model, self.vectors.dim)
        records, _ = await self.vectors.client.scroll(name, limit=10_000, with_payload=False)
        return sorted(record.id for record in records)

    async def drop_points(self, alias: str, ids: list[Any]) -> None:
        name = collection_name(alias, self.vectors.model, self.vectors.dim)
        await self.vectors.client.delete(name, models.PointIdsList(points=ids), wait=True)

    async def drop_object(self, key: str) -> None:
        client: Any = self.store._client
        await asyncio.to_thread(client.remove_object, self.store._bucket, key)


@asynccontextmanager
async def small_system(nats: Nats, s3: ObjectsSettings, folder: Path) -> AsyncIterator[System]:
    """Everything up, nothing announced."""
    bus = BusSettings(nats_url=nats.url)
    async with AsyncExitStack() as stack:
        url = stack.enter_context(vectors_server(folder / "vectors"))
        vectors = adapter.connect(VectorsSettings(qdrant_url=url), "letters", 26)
        stack.push_async_callback(vectors.close)
        runtime = await stack.enter_async_context(connect("test", Settings(bus=bus)))
        await provision.apply(runtime.nc)
        store = objects.connect(s3)
        await store.ensure_bucket()
        await vectors.ensure()
        system = System(runtime, store, vectors)
        names = ("fetcher", "indexer", "summarizer", "notifier")
        runtimes = {}
        for name in names:
            context = connect(name, Settings(bus=bus))
            runtimes[name] = await stack.enter_async_context(context)
        for name, table in system.tables(runtimes).items():
            await _start(stack, bus, name, table)
        yield system


async def _start(stack: AsyncExitStack, bus: BusSettings, name: str, table: Handlers) -> None:
    broker = consuming.broker_for(bus, name)
    js = (await broker.connect()).jetstream()
    ledger = Ledger(js)
    pairs = [(Boundary(name, one, ledger, js), one.workers) for one in table.bindings]
    consuming.bind(broker, pairs)
    await broker.start()
    stack.push_async_callback(broker.stop)
