"""What a fact costs: ledger batch, delivery and settling, against plain publish, pull and ack."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import nats
import uvloop

from common import consuming, logs, provision
from common.boundary import Boundary
from common.events import PaperAnnounced, PaperFetched, PaperMeta
from common.handlers import Binding
from common.ledger import Ledger
from common.settings import BusSettings
from common.topology import Consumer
from servers import nats_server

FACTS = 300
WORKERS = 8
ROUNDS = 3
META = PaperMeta(title="A paper of the usual size", abstract="word " * 250, authors=("A B",) * 5)
GOAL = 4.0


def measure() -> Iterator[dict[str, Any]]:
    """Milliseconds per fact of both ways, many in flight; and of a lone one, beside its floor."""
    logs.configure("bench", "error", "json")
    many, lone = (_run(in_flight) for in_flight in (WORKERS, 1))
    raw = min(many.raw_ms, lone.raw_ms)
    yield {
        "facts": FACTS,
        "in_flight": WORKERS,
        "raw_ms": round(raw, 3),
        "paperbus_ms": round(many.ours_ms, 3),
        "ratio": round(many.ours_ms / raw, 2),
        "goal": f"<= {GOAL}, against the faster of raw's own ways (1 or {WORKERS} in flight)",
    }
    yield {
        "facts": FACTS,
        "in_flight": 1,
        "raw_ms": round(lone.raw_ms, 3),
        "paperbus_ms": round(lone.ours_ms, 3),
        "of_which_server_batch_ms": round(lone.batch_ms, 3),
        "note": "a latency, no goal: the server stages a lone atomic batch with five syncs (ADR 3)",
    }


class Row(NamedTuple):
    """Milliseconds per fact."""

    raw_ms: float
    ours_ms: float
    batch_ms: float
    """An atomic batch of the same row and fact, alone."""


def _run(in_flight: int) -> Row:
    with tempfile.TemporaryDirectory() as folder, nats_server(Path(folder)) as server:
        rows = uvloop.run(_rounds(server.url, in_flight))
    return Row(*(statistics.median(column) for column in zip(*rows, strict=True)))


async def _rounds(url: str, in_flight: int) -> list[Row]:
    nc = await nats.connect(url, inbox_prefix="_INBOX_bench")
    try:
        await provision.apply(nc)
        pairs = [
            (await _raw(nc, n, in_flight), await _ours(nc, url, n, in_flight))
            for n in range(ROUNDS)
        ]
        # Last: nobody takes these facts, and the next round would.
        return [Row(*pair, await _batch(nc, n)) for n, pair in enumerate(pairs)]
    finally:
        await nc.close()


async def _batch(nc: Any, number: int) -> float:
    """What the server takes for row and fact in one batch, nothing else going on."""
    ledger = Ledger(nc.jetstream())
    began = time.perf_counter()
    for n in range(FACTS):
        paper = f"arxiv:{2501 + number}.{n:05d}"
        await ledger.announce(PaperAnnounced(paper=paper, version=1, meta=META), None)
    return (time.perf_counter() - began) / FACTS * 1000


async def _raw(nc: Any, number: int, in_flight: int) -> float:
    """Publish, pull one, acknowledge: with as many workers as the other side."""
    js = nc.jetstream()
    name = f"RAW{number}"
    await js.add_stream(name=name, subjects=[f"raw.{number}"])
    sub_name = f"raw-{number}"
    subs = [
        await js.pull_subscribe(f"raw.{number}", durable=sub_name, stream=name)
        for _ in range(in_flight)
    ]
    body = PaperFetched(paper="arxiv:2401.00001", version=1, meta=META)
    encoded = msgspec.json.encode(body)
    left = iter(range(FACTS))
    began = time.perf_counter()

    async def publish() -> None:
        for _ in left:
            await js.publish(f"raw.{number}", encoded)

    done = 0

    async def work(sub: Any) -> None:
        nonlocal done
        while done < FACTS:
            try:
                (message,) = await sub.fetch(1, timeout=0.5)
            except TimeoutError:
                continue
            await message.ack_sync()
            done += 1

    await asyncio.gather(*(publish() for _ in range(in_flight)), *(work(sub) for sub in subs))
    return (time.perf_counter() - began) / FACTS * 1000


async def _ours(nc: Any, url: str, number: int, in_flight: int) -> float:
    """Row and fact stored in a batch, the fact delivered, looked at, and settled."""
    done = asyncio.Event()
    seen = 0

    async def on_paper_announced(event: PaperAnnounced) -> None:
        """The next batch is the next fact's own cost."""

    consumer = Consumer(service="fetcher", event=PaperAnnounced)
    binding = Binding(consumer, on_paper_announced, in_flight)
    broker = consuming.broker_for(BusSettings(nats_url=url), "fetcher")
    own = await broker.connect()
    js = own.jetstream()
    ledger = Ledger(js)
    boundary = Boundary("fetcher", binding, ledger, js)
    taken = boundary.take

    async def counted(delivery: Any) -> Any:
        nonlocal seen
        ended = await taken(delivery)
        seen += ended.outcome == "done"
        if seen >= FACTS:
            done.set()
        return ended

    boundary.take = counted  # type: ignore[method-assign]
    consuming.bind(broker, [(boundary, in_flight)])
    await broker.start()
    announcer = Ledger(nc.jetstream())
    left = iter(range(FACTS))
    began = time.perf_counter()

    async def announce() -> None:
        for n in left:
            paper = f"arxiv:{2401 + number}.{n:05d}"
            await announcer.announce(PaperAnnounced(paper=paper, version=1, meta=META), None)

    await asyncio.gather(*(announce() for _ in range(in_flight)))
    await done.wait()
    took = time.perf_counter() - began
    await broker.stop()
    return took / FACTS * 1000
