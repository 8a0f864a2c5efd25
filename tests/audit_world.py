"""A small correct world on real servers, made as the services make it, for the audit to look at."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple

import msgspec
import numpy as np

from cli.audit.gather import gather
from cli.audit.judge import judge
from cli.audit.options import Options
from cli.audit.verdict import Verdict
from cli.audit.watching import Watching
from cli.settings import CliSettings, Settings
from common import bm25, objects, provision, texts, topology
from common.events import (
    Event,
    NotificationSent,
    PaperAnnounced,
    PaperEmbedded,
    PaperFetched,
    PaperMeta,
    SummaryReady,
)
from common.ids import message_id, now
from common.kv import key
from common.ledger import Row, State, draft_of, stamp
from common.letters.letter import letter
from common.runtime import Runtime, connect
from common.settings import (
    BusSettings,
    EmbedSettings,
    ObjectsSettings,
    RuntimeSettings,
    VectorsSettings,
)
from common.texts import PaperText, Passage, Summary
from common.vectors import adapter
from common.vectors.points import PaperPoint, PassagePoint, generation
from common.watches import Delivery, record_key

PAPERS = tuple(f"arxiv:2401.0000{n}" for n in range(5))
DEAD, REPLAYED = PAPERS[4], PAPERS[3]
CANARY = "canary-0123456789-secret"
MODEL, DIM, PASSAGES = "tiny", 4, 3
DENSE = np.eye(DIM, dtype=np.float32)
META = PaperMeta(title="Of bees", abstract="They dance.")


class Parts(NamedTuple):
    """What a step of one paper needs."""

    paper: str
    version: int = 1
    epoch: int = 0


class World:
    """The servers, and the steps that services take on them."""

    def __init__(self, runtime: Runtime, settings: Settings) -> None:
        self.runtime = runtime
        self.settings = settings
        self.store = objects.connect(settings.objects)
        self.index = adapter.connect(settings.vectors, MODEL, DIM)

    async def audit(
        self, quiescence_s: float = 120.0, *, accepted: tuple[str, ...] = ()
    ) -> Verdict:
        """What the audit says now; every body is read."""
        options = Options(quiescence_s, 0, accepted, (("SOME_API_KEY", CANARY),))
        with Watching(shown=False) as watching:
            return judge(await gather(self.runtime, self.settings, options, watching))

    async def row(self, name: str, of: Parts, state: State = "done", *facts: Event) -> bool:
        """A row and the facts it justifies, guarded as the runtime does it."""
        result = msgspec.Raw(msgspec.json.encode(facts[0] if facts else {}))
        at: dict[str, Any] = {"version": of.version, "epoch": of.epoch, "at": now()}
        one = Row(paper=of.paper, row=name, state=state, result=result, **at)
        stated = [draft_of(stamp(fact, "")) for fact in facts]
        previous = await self.runtime.ledger.read(of.paper, name)
        return await self.runtime.ledger.commit(one, previous, *stated)

    async def announce(self, of: Parts) -> None:
        """The root of a paper."""
        event = PaperAnnounced(paper=of.paper, version=of.version, meta=META)
        assert await self.runtime.ledger.announce(event, None)

    async def fetch(self, of: Parts) -> None:
        """What the fetcher makes true."""
        pdf = await self.store.put("pdf", f"%PDF {of}".encode(), "application/pdf")
        fact = PaperFetched(**of._asdict(), meta=META, pdf=pdf)
        assert await self.row("fetcher", of, "done", fact)

    async def points(self, of: Parts, passages: range = range(PASSAGES)) -> None:
        """Points of one indexing."""
        gen = generation(of.version, of.epoch)
        named: dict[str, Any] = {"paper": of.paper, "gen": gen}
        parts = [PassagePoint(no=n, text=f"bees {n}", **named) for n in passages]
        sparse = [bm25.document(part.text) for part in parts]
        await self.index.index_passages(parts, DENSE[: len(parts)], sparse)
        whole = PaperPoint(version=of.version, title="T", passages=PASSAGES, **named)
        await self.index.index_paper(whole, DENSE[:1], bm25.document("bees"))

    async def embed(self, of: Parts) -> None:
        """What the indexer makes true."""
        passages = tuple(Passage(no=n, text=f"bees {n}") for n in range(PASSAGES))
        text = PaperText(paper=of.paper, version=of.version, extractor="x", passages=passages)
        ref = await self.store.put("text", texts.encode(text), "application/json")
        await self.points(of)
        fact = PaperEmbedded(**of._asdict(), meta=META, text=ref, model=MODEL, passages=PASSAGES)
        assert await self.row("indexer", of, "done", fact)
        assert await self.row("notifier-embedded", of)

    def summary(self, of: Parts) -> Summary:
        """The summary of a paper."""
        return Summary(
            paper=of.paper,
            version=of.version,
            tldr="Bees dance.",
            model="big",
            recipe=recipe(of),
            prompt_version="1",
            prompt_tokens=100,
            completion_tokens=20,
            cost_usd=0.01,
            at=now(),
        )

    async def summarise(self, of: Parts) -> None:
        """What the summarizer makes true, and what it writes down as paid."""
        made = self.summary(of)
        ref = await self.store.put_at(summary_key(of), texts.encode(made), "application/json")
        await self.spend(of)
        more: dict[str, Any] = {"summary": ref, "model": "big", "recipe": made.recipe}
        more |= {"prompt_tokens": 100, "completion_tokens": 20, "cost_usd": 0.01}
        fact = SummaryReady(**of._asdict(), meta=META, tldr="t", **more)
        assert await self.row("summarizer", of, "done", fact)
        assert await self.row("indexer-summary", of)

    async def spend(
        self, of: Parts, *, day: str = "2026-01-01", tokens: int = 100, kept: bool = True
    ) -> None:
        """One record of what was paid."""
        paid = {"prompt_tokens": tokens, "completion_tokens": 20, "cost_usd": 0.01}
        record = {"recipe": recipe(of), "model": "big", "kept": kept, **paid}
        await self.runtime.kv("spend").put(key(day, recipe(of)), msgspec.json.encode(record))

    async def tell(self, of: Parts) -> None:
        """What the notifier makes true: a record, a notice, a row."""
        one = delivery(of)
        await self.runtime.kv("deliveries").create(
            record_key(one.watch, one.paper, one.moment), msgspec.json.encode(one)
        )
        await self.notice(of, one.id)
        assert await self.row("notifier", of)

    async def notice(self, of: Parts, ident: str) -> None:
        """That somebody was told."""
        told = message_id(NotificationSent.subject, ident)
        about: dict[str, Any] = {
            "paper": of.paper,
            "version": of.version,
            "channel": "webhook",
            "outcome": "sent",
        }
        await self.runtime.bus.notice(NotificationSent(event_id=told, watch="w", **about))

    async def die(self, of: Parts, name: str = "indexer", *, lettered: bool = True) -> None:
        """A row that says dead, with its dead letter."""
        kind = PaperAnnounced if name == "fetcher" else PaperFetched
        event = kind(**of._asdict(), meta=META)
        seq = await self.runtime.bus.last_seq()
        draft = letter(
            kind.subject,
            msgspec.json.encode(stamp(event, "")),
            service=name,
            why={"class": "Terminal", "reason": "bug", "seq": str(seq)},
        )
        one = Row(
            paper=of.paper, row=name, state="dead", version=of.version, epoch=of.epoch, at=now()
        )
        previous = await self.runtime.ledger.read(of.paper, name)
        also = (draft,) if lettered else ()
        assert await self.runtime.ledger.commit(one, previous, *also)

    async def raw(self, subject: str, body: bytes) -> None:
        """A message stored without any guard."""
        await self.runtime.nc.request(subject, body, timeout=60)

    async def drain(self) -> None:
        """Every durable has done with all there is, as if the services had taken it."""
        for consumer in topology.CONSUMERS:
            stream, durable = consumer.stream, consumer.durable
            taker = await self.runtime.js.pull_subscribe_bind(durable=durable, stream=stream)
            until = time.monotonic() + 60
            while time.monotonic() < until:
                info = await self.runtime.js.consumer_info(stream, durable)
                if not info.num_pending and not info.num_ack_pending:
                    break
                with suppress(TimeoutError):  # settled since
                    for message in await taker.fetch(info.num_pending or 1, timeout=5):
                        await message.ack_sync()
            else:
                raise TimeoutError(durable)
            await taker.unsubscribe()


def recipe(of: Parts) -> str:
    """The recipe of a summary."""
    return message_id("recipe", of.paper, str(of.version)).replace("-", "") * 2


def summary_key(of: Parts) -> str:
    """Where the summary of a paper lies."""
    return f"summary/{recipe(of)}.json"


def delivery(of: Parts, watch: str = "w", **more: Any) -> Delivery:
    """A record that says sent."""
    fields: dict[str, Any] = {"state": "sent", "created": now(), "at": now(), **more}
    return Delivery(
        id=message_id("delivery", watch, of.paper),
        watch=watch,
        paper=of.paper,
        version=of.version,
        moment="summary",
        channel="webhook",
        place="https://example.org",
        **fields,
    )


@asynccontextmanager
async def world(nats: str, s3: ObjectsSettings, vectors: str) -> AsyncIterator[World]:
    """Five papers: three ready, one that died and was replayed, one dead."""
    settings = Settings(
        bus=BusSettings(nats_url=nats),
        runtime=RuntimeSettings(),
        objects=s3,
        vectors=VectorsSettings(qdrant_url=vectors),
        embed=EmbedSettings(),
        cli=CliSettings(),
    )
    async with connect("audit", settings) as runtime:
        made = World(runtime, settings)
        try:
            await _fill(made)
            yield made
        finally:
            for name in (made.index.papers, made.index.texts):
                await made.index.client.delete_collection(name)
            await made.index.close()


async def _fill(made: World) -> None:
    await provision.apply(made.runtime.nc)
    await made.store.ensure_bucket()
    await made.index.ensure()
    for name in PAPERS:
        of = Parts(name)
        await made.announce(of)
        if name == DEAD:
            await made.die(of, "fetcher")
            continue
        await made.fetch(of)
        if name == REPLAYED:
            await made.die(of)
            of = of._replace(epoch=1)
            await made.raw(
                topology.retry_subject("indexer", PaperFetched.subject),
                msgspec.json.encode(PaperFetched(**of._asdict(), meta=META)),
            )
        await made.embed(of)
        await made.summarise(of)
        await made.tell(of)
    await made.drain()
