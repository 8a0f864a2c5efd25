"""What the stores hold of synthetic papers: bodies, points, spending, deliveries."""

import asyncio
from collections.abc import Iterator

import httpx
import msgspec
import synthetic_papers as papers
from raw_bus import Writer

from common.events import NotificationSent
from common.ids import message_id, now
from common.kv import key
from common.settings import VectorsSettings
from common.vectors import adapter
from common.vectors.collections import PAPERS, PASSAGES, collection_name
from common.vectors.points import generation, point_id
from common.watches import Delivery, Moment, record_key

CONNECTIONS = 16
PAGE = 5000
MODEL, DIM = "bench", 4
"""The audit looks at no vector, so they are short."""
TOLD = 5
"""One paper in so many was told to a watch."""
WATCH = "w1"
MOMENT: Moment = "summary"

Point = tuple[str, int | None, dict[str, str | int]]
"""A paper, which of its passages (None: the whole), and the payload."""


async def fill_objects(filer: int, bucket: str, count: int) -> None:
    """Bodies through the store's own file interface, which asks for no signatures."""
    parts = (range(n, count, CONNECTIONS) for n in range(CONNECTIONS))
    await asyncio.gather(*(_put(filer, bucket, part) for part in parts))


async def _put(filer: int, bucket: str, numbers: range) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", filer)
    try:
        for number in numbers:
            made = papers.made(number)
            for one in (made.pdf, made.text, made.summary):
                head = f"PUT /buckets/{bucket}/{one.ref.key} HTTP/1.1\r\nHost: filer\r\n"
                writer.write(f"{head}Content-Length: {len(one.body)}\r\n\r\n".encode() + one.body)
                await _created(reader)
    finally:
        writer.close()


async def _created(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b" 201 " not in head.partition(b"\r\n")[0]:
        raise ConnectionError(head.decode())
    length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
    await reader.readexactly(length)


async def fill_points(settings: VectorsSettings, count: int, passages: int) -> None:
    """One point for each paper, and so many passages."""
    vectors = adapter.connect(settings, MODEL, DIM)
    try:
        await vectors.ensure()
    finally:
        await vectors.close()
    gen = generation(1, 0)
    wholes: Iterator[Point] = (
        (paper, None, {"paper": paper, "gen": gen, "passages": passages})
        for paper in map(papers.paper_of, range(count))
    )
    parts: Iterator[Point] = (
        (paper, no, {"paper": paper, "gen": gen, "no": no})
        for paper in map(papers.paper_of, range(count))
        for no in range(passages)
    )
    async with httpx.AsyncClient(base_url=settings.qdrant_url, timeout=120) as client:
        for alias, points in ((PAPERS, wholes), (PASSAGES, parts)):
            name = collection_name(alias, MODEL, DIM)
            for page in _pages(points):
                answer = await client.put(f"/collections/{name}/points?wait=true", content=page)
                answer.raise_for_status()


def _pages(points: Iterator[Point]) -> Iterator[bytes]:
    page = []
    for paper, no, payload in points:
        ident = point_id(MODEL, paper, no)
        page.append({"id": ident, "vector": {"dense": [1, 0, 0, 0]}, "payload": payload})
        if len(page) == PAGE:
            yield msgspec.json.encode({"points": page})
            page.clear()
    if page:
        yield msgspec.json.encode({"points": page})


def write_records(port: int, count: int) -> None:
    """What was paid for each summary, what was told of some papers, and the notices of it."""
    told = [papers.paper_of(number) for number in range(0, count, TOLD)]
    # One after the other: an answer only says that its own stream has kept up.
    with Writer(port) as writer:
        for number in range(count):
            recipe = papers.made(number).recipe
            writer.write(f"$KV.spend.{key(papers.DAY, recipe)}", papers.encoded(_spent(recipe)))
    with Writer(port) as writer:
        for paper in told:
            name = record_key(WATCH, paper, MOMENT)
            writer.write(f"$KV.deliveries.{name}", papers.encoded(_delivery(paper)))
    with Writer(port) as writer:
        for paper in told:
            writer.write(NotificationSent.subject, papers.encoded(_notice(paper)))


def _spent(recipe: str) -> dict[str, str | int | float]:
    return {
        "recipe": recipe,
        "model": papers.MODEL,
        "prompt_tokens": papers.TOKENS[0],
        "completion_tokens": papers.TOKENS[1],
        "cost_usd": papers.COST_USD,
        "endpoint": "model.example.org",
    }


def _delivery(paper: str) -> Delivery:
    return Delivery(
        id=message_id("bench", paper),
        watch=WATCH,
        paper=paper,
        version=1,
        moment=MOMENT,
        channel="webhook",
        place="hooks.example.org",
        title="A paper of the usual size",
        state="sent",
        attempts=1,
        created=now(),
        at=now(),
        code=200,
    )


def _notice(paper: str) -> NotificationSent:
    return NotificationSent(
        event_id=message_id(NotificationSent.subject, message_id("bench", paper)),
        at=now(),
        watch=WATCH,
        paper=paper,
        version=1,
        channel="webhook",
        outcome="sent",
    )
