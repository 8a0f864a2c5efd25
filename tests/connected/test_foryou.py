"""From a like to a recommendation with its reason, over a real bus and a real vector server."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx
import msgspec
import nats as nats_client
import numpy as np
import pytest

from common import bm25
from common.embed.embedder import Vectors as Dense
from common.embed.embedder import unit
from common.kv import Kv
from common.kvchanges import Changes
from common.settings import VectorsSettings
from common.vectors import adapter
from common.vectors.points import PaperPoint, day_ms, groups_of, order_of
from fakes_gateway import World
from gateway import app
from gateway.edge import Edge
from gateway.foryou import first_day
from gateway.gate import LOCAL_NAMES, Gate
from gateway.hub import Hub
from gateway.index import QdrantIndex
from gateway.shelf.shelves import BUCKET, Shelves
from servers import Nats

pytestmark = [pytest.mark.connected, pytest.mark.timeout(120)]
AXES = ("graphs", "proteins", "stars", "markets")
TODAY = "2026-07-14"
HERE = "/api/v1/recommendations?days=0&explain=true"


class ByHand:
    """A text means the words of ``AXES`` it names."""

    model, dim = "by-hand", len(AXES)

    async def embed(self, texts: Sequence[str]) -> Dense:
        """One row per text, of length 1."""
        rows = np.array([[text.lower().count(axis) + 0.05 for axis in AXES] for text in texts])
        return unit(rows.astype(np.float32))

    async def close(self) -> None:
        """Nothing to give back."""


async def write(vectors: adapter.Vectors) -> None:
    """Ten papers on each subject."""
    await vectors.ensure()
    for number in range(40):
        subject, paper = AXES[number % 4], f"arxiv:2401.{number:05d}"
        title = f"Number {number} on {subject}"
        day = day_ms(first_day(number, TODAY))
        point = PaperPoint(
            paper=paper,
            version=1,
            title=title,
            abstract=f"We study {subject} once more.",
            authors=(f"Author {number}",),
            categories=("cs.LG",),
            groups=groups_of(("cs.LG",)),
            announced=first_day(number, TODAY),
            announced_ms=day,
            order=order_of(paper, day),
        )
        (row,) = await ByHand().embed([title])
        await vectors.index_paper(point, row[None, :], bm25.document(title))


@asynccontextmanager
async def gateway(nats: Nats, vectors: adapter.Vectors) -> AsyncIterator[httpx.AsyncClient]:
    """One replica."""
    nc = await nats_client.connect(nats.url, allow_reconnect=False)
    js = nc.jetstream()
    seconds = iter(range(10_000))
    shelves = Shelves(Kv(js, BUCKET), Changes(js, BUCKET), clock=lambda: next(seconds))
    world, gate = World(), Gate("", hosts=LOCAL_NAMES)
    index = QdrantIndex(vectors, ByHand())
    stores = msgspec.structs.replace(world.stores(), index=index, shelves=shelves)
    made = Edge(app.create(stores, Hub(world.bus), gate), gate)
    try:
        straight = httpx.ASGITransport(made)  # type: ignore[arg-type]  # the same protocol
        async with httpx.AsyncClient(transport=straight, base_url="http://127.0.0.1") as client:
            yield client
    finally:
        await nc.close()


async def test_a_like_teaches_every_replica_and_says_why(nats: Nats, vectors: str) -> None:
    reader = adapter.connect(VectorsSettings(qdrant_url=vectors), ByHand.model, ByHand.dim)
    await write(reader)
    async with gateway(nats, reader) as one, gateway(nats, reader) as other:
        answer = await one.get(HERE)
        assert answer.status_code == 200, answer.text
        before = answer.json()
        assert (before["basis"], len(before["items"])) == ("newest", 20)
        said = await one.put("/api/v1/library/papers/2401.00001", json={"opinion": "like"})
        assert said.status_code == 200
        for replica in (one, other):
            found = (await replica.get(HERE)).json()
            assert found["basis"] == "taste"
            first = found["items"][:9]
            assert all("proteins" in item["title"] for item in first)
            assert "2401.00001" not in {item["id"] for item in found["items"]}
            assert all("“Number 1 on proteins”, which you liked" in i["reason"] for i in first)
            assert {part["name"] for part in first[0]["explain"]} >= {"meaning", "words"}
        (kept,) = (await other.get("/api/v1/library")).json()["items"]
        assert kept["paper"]["title"] == "Number 1 on proteins"
        assert (await other.delete("/api/v1/library/papers/2401.00001")).status_code == 204
        assert (await one.get(HERE)).json()["basis"] == "newest"
        both = await one.post("/api/v1/similar", json={"papers": ["2401.00002", "2401.00003"]})
        near = both.json()["items"]
        assert {item["title"].split()[-1] for item in near} == {"stars", "markets"}
        assert "which you named" in near[0]["reason"]
        text = await one.post("/api/v1/similar", json={"text": "on graphs", "sort": "blend"})
        assert "graphs" in text.json()["items"][0]["title"]
    await reader.close()
