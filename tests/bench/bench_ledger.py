"""What workers store a second, against plain publishes one after the other on the same disk.

A worker has a delivered fact in hand, stores row and next fact in an atomic batch, and has its
settling confirmed; then it does the next one. Workers of one process share batches (ADR 3), so the
goal is for the eight workers of one process together. Beside it, for the record: a lone worker, and
both with all else that the boundary does for a fact: its delivery, and the look into the ledger.
"""

import asyncio
import json
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import nats
import uvloop

from common import consuming, logs, provision, topology
from common.boundary import Boundary
from common.delivery import Delivery
from common.events import PaperAnnounced, PaperFetched, PaperMeta
from common.handlers import Binding
from common.ids import now
from common.ledger import Entry, Ledger
from common.settings import BusSettings
from common.work import Work
from servers import Nats, nats_server

ROUNDS = 5
WORKERS = 8
RAW = 1500
MANY = 1000
"""Facts of a round that the workers of a process share."""
LONE = 250
AT_ONCE = 64
IN_HAND_S = 300.0
GOAL = 0.5
CONSUMER = topology.consumer_for("fetcher", PaperAnnounced)
META = PaperMeta(title="A paper of the usual size", abstract="word " * 250, authors=("A B",) * 5)


class Round(NamedTuple):
    """Facts or messages a second, measured one right after the other."""

    raw: float
    many: float
    whole_many: float
    lone: float
    whole_lone: float


def measure() -> Iterator[dict[str, Any]]:
    """Facts a second of a process with eight workers and of one with a single worker."""
    logs.configure("bench", "error", "json")
    with tempfile.TemporaryDirectory() as folder, nats_server(Path(folder)) as server:
        synced = _sync_of(server)
        rounds = uvloop.run(_rounds(server.url))
    yield {
        "what": "raw: publishes of one publisher that waits for each answer",
        "sync_interval": synced,
        "per_s": round(statistics.median(one.raw for one in rounds)),
        "without_sync_per_s": round(_without_sync()),
    }
    goal = f">= {GOAL} of raw, of all workers together: they share batches as in a service"
    yield {**_row("batch and settle", rounds, "many", WORKERS), "goal": goal}
    yield _row("delivery, look-up, batch and settle", rounds, "whole_many", WORKERS)
    lone = "for the record: a batch of its own each time, for which the server syncs five times"
    yield {**_row("batch and settle", rounds, "lone", 1), "note": lone}
    yield _row("delivery, look-up, batch and settle", rounds, "whole_lone", 1)


def _row(what: str, rounds: list[Round], name: str, workers: int) -> dict[str, Any]:
    rates = [getattr(one, name) for one in rounds]
    ratios = [rate / one.raw for rate, one in zip(rates, rounds, strict=True)]
    return {
        "what": what,
        "workers": workers,
        "facts_per_s": round(statistics.median(rates)),
        "facts_per_s_each_worker": round(statistics.median(rates) / workers, 1),
        "ratio": round(statistics.median(ratios), 2),
        "ratios": [round(ratio, 2) for ratio in ratios],
    }


def _sync_of(server: Nats) -> str:
    """What the server itself says; anything but a sync of every write ends the benchmark."""
    url = f"http://127.0.0.1:{server.monitor}/jsz?config=true"
    with urllib.request.urlopen(url, timeout=5) as answer:
        config = json.load(answer)["config"]
    if not config.get("sync_always"):
        raise SystemExit(f"the server does not sync always: {config}")
    return "always"


def _without_sync() -> float:
    """What raw does where nothing is synced: if that is not much more, `always` was not on."""

    async def publish() -> float:
        nc = await nats.connect(server.url)
        try:
            await nc.jetstream().add_stream(name="RAW", subjects=["raw"])
            return await _publish(nc.jetstream(), _body(), RAW)
        finally:
            await nc.close()

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = Nats(folder)
        conf = folder / "nats.conf"
        conf.write_text(conf.read_text().replace("sync_interval: always", "sync_interval: 2m"))
        server.start()
        try:
            return uvloop.run(publish())
        finally:
            server.stop()


def _body() -> bytes:
    return msgspec.json.encode(PaperFetched(paper="arxiv:2401.00000", version=1, meta=META))


async def _rounds(url: str) -> list[Round]:
    nc = await nats.connect(url, inbox_prefix="_INBOX_bench")
    try:
        await provision.apply(nc)
        js = nc.jetstream()
        await js.add_stream(name="RAW", subjects=["raw"], num_replicas=1)
        await _give_out_more(js)
        papers = iter(f"arxiv:{2401 + n // 99_999}.{n % 99_999:05d}" for n in range(10**6))
        body = _body()
        await _publish(js, body, 100)  # as a warm-up
        return [
            Round(
                raw=await _publish(js, body, RAW),
                many=await _settled(js, papers, MANY, WORKERS),
                whole_many=await _taken(nc, url, papers, MANY, WORKERS),
                lone=await _settled(js, papers, LONE, 1),
                whole_lone=await _taken(nc, url, papers, LONE, 1),
            )
            for _ in range(ROUNDS)
        ]
    finally:
        await nc.close()


async def _publish(js: Any, body: bytes, count: int) -> float:
    """Messages a second of one publisher that waits until each is stored."""
    began = time.perf_counter()
    for _ in range(count):
        await js.publish("raw", body)
    return count / (time.perf_counter() - began)


async def _settled(js: Any, papers: Iterator[str], count: int, workers: int) -> float:
    """Facts a second of workers that have all of them in hand."""
    await _announce(js, papers, count)
    ledger = Ledger(js)
    messages = await _in_hand(js, count)
    left = iter(messages)

    async def work() -> None:
        for message in left:
            delivery = Delivery(message)
            event = msgspec.json.decode(delivery.body, type=PaperAnnounced)
            one = Work(CONSUMER, event, delivery, now())
            row, facts = one.outcome(await _fetched(event))
            # A fact lies right behind its row, which is the one to follow.
            before = Entry(row, delivery.stream_seq - 1)
            assert await ledger.commit(row, before, *facts)
            await delivery.ack()

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(workers)))
    return count / (time.perf_counter() - began)


async def _give_out_more(js: Any) -> None:
    """Let all facts of a round be in hand at once, so that only their end is measured."""
    there = (await js.consumer_info(CONSUMER.stream, CONSUMER.durable)).config
    config = there.evolve(max_ack_pending=10 * MANY, ack_wait=IN_HAND_S)
    await js.add_consumer(CONSUMER.stream, config)


async def _in_hand(js: Any, count: int) -> list[Any]:
    durable = CONSUMER.durable
    subscription = await js.pull_subscribe_bind(durable=durable, stream=CONSUMER.stream)
    messages: list[Any] = []
    while len(messages) < count:
        messages += await subscription.fetch(min(100, count - len(messages)), timeout=5)
    await subscription.unsubscribe()
    return messages


async def _taken(nc: Any, url: str, papers: Iterator[str], count: int, workers: int) -> float:
    """Facts a second of a boundary, from the first that is taken to the last that is settled."""
    await _announce(nc.jetstream(), papers, count)
    broker = consuming.broker_for(BusSettings(nats_url=url), "fetcher")
    js = (await broker.connect()).jetstream()
    boundary = _Counted("fetcher", Binding(CONSUMER, _fetched, workers), Ledger(js), js)
    boundary.expect(count)
    consuming.bind(broker, [(boundary, workers)])
    await broker.start()
    try:
        await boundary.over.wait()
    finally:
        await broker.stop()
    return count / (boundary.last - boundary.first)


async def _fetched(event: PaperAnnounced) -> PaperFetched:
    return PaperFetched(paper=event.paper, version=event.version, meta=event.meta)


async def _announce(js: Any, papers: Iterator[str], count: int) -> None:
    ledger = Ledger(js)
    left = iter(range(count))

    async def announce() -> None:
        for _ in left:
            event = PaperAnnounced(paper=next(papers), version=1, meta=META)
            await ledger.announce(event, None)

    await asyncio.gather(*(announce() for _ in range(AT_ONCE)))


class _Counted(Boundary):
    """A boundary that tells when its first fact was taken and its last one settled."""

    def expect(self, count: int) -> None:
        self.over = asyncio.Event()
        self.first = self.last = 0.0
        self._left = count

    async def take(self, delivery: Any) -> Any:
        self.first = self.first or time.perf_counter()
        ended = await super().take(delivery)
        assert ended.outcome == "done", ended
        self._left -= 1
        if not self._left:
            self.last = time.perf_counter()
            self.over.set()
        return ended
