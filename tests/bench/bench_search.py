"""Hybrid search over 20,000 papers through the gateway, against the engine alone in process."""

import asyncio
import gzip
import http.client
import json
import random
import statistics
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import httpx
import msgspec
import numpy as np

from common import bm25
from common.embed import factory
from common.settings import EmbedSettings, VectorsSettings
from common.vectors import adapter
from common.vectors.points import PaperPoint, day_ms, order_of
from servers import free_port, poll_until
from standalone import services
from standalone.folder import DataFolder
from standalone.stack import Stack
from standalone.vectors.queries import query_request
from standalone.vectors.query_json import QueryBody
from standalone.vectors.store import Store

PAPERS = 20_000
QUERIES = 200
WARM_UP = 50
BATCH = 500
HITS = 10
DAY = Path(str(resources.files("standalone"))) / "day"


class Asked(msgspec.Struct):
    """One query in all its forms."""

    text: str
    dense: list[float]
    sparse: bm25.Sparse


def measure() -> Iterator[dict[str, Any]]:
    """Median milliseconds of both for the same queries, none of them asked twice."""
    with tempfile.TemporaryDirectory() as name:
        data = DataFolder(Path(name))
        data.claim()
        asked = _prepared(data)
        http = _through_gateway(data, asked)
        engine = _in_process(data, asked)
    yield {
        "papers": PAPERS,
        "queries": len(asked),
        "gateway_p50_ms": round(statistics.median(http), 2),
        "gateway_p99_ms": round(statistics.quantiles(http, n=100)[98], 2),
        "engine_p50_ms": round(statistics.median(engine), 2),
        "allowed_ms": round(3 * statistics.median(engine) + 5, 2),
        "goal": "gateway_p50 <= 3 x engine_p50 + 5 ms",
    }


def _prepared(data: DataFolder) -> list[Asked]:
    """Fill the store; texts are sentences of the recorded day put together anew."""
    stack = Stack(data, lambda _: None)
    try:
        stack.start_servers()
        return asyncio.run(_filled(stack.environ["QDRANT_URL"]))
    finally:
        stack.stop()
        data.claim()


async def _filled(url: str) -> list[Asked]:
    with gzip.open(next(DAY.glob("*.jsonl.gz")), "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    embedder = await factory.create(EmbedSettings())
    index = adapter.connect(VectorsSettings(qdrant_url=url), embedder.model, embedder.dim)
    try:
        await index.ensure()
        centres = await embedder.embed([record["title"] for record in records])
        await _insert(index, records, centres)
        titles = [record["title"] for record in records][:QUERIES]
        return [
            Asked(title, row.tolist(), bm25.query(title))
            for title, row in zip(titles, await embedder.embed(titles), strict=True)
        ]
    finally:
        await index.close()
        await embedder.close()


async def _insert(index: Any, records: list[dict[str, Any]], centres: Any) -> None:
    from qdrant_client import models

    chance = random.Random(1)
    noise = np.random.default_rng(1)
    sentences = [s for record in records for s in record["abstract"].split(". ") if len(s) > 40]
    for start in range(0, PAPERS, BATCH):
        points = []
        for number in range(start, start + BATCH):
            near = centres[number % len(centres)] + noise.normal(0, 0.05, centres.shape[1])
            near /= np.linalg.norm(near)
            paper = _paper(number, records[number % len(records)], chance.sample(sentences, 7))
            words = bm25.document(f"{paper.title}\n{paper.abstract}")
            sparse = models.SparseVector(indices=words.indices, values=words.values)
            vectors = {"dense": near.tolist(), "bm25": sparse}
            payload = msgspec.to_builtins(paper)
            points.append(models.PointStruct(id=number, vector=vectors, payload=payload))
        await index.client.upsert("papers", points, wait=True)


def _paper(number: int, record: dict[str, Any], sentences: list[str]) -> PaperPoint:
    key = f"arxiv:{2001 + number // 99999}.{number % 99999:05d}"
    day = "2026-06-17"
    return PaperPoint(
        paper=key,
        version=1,
        title=record["title"],
        abstract=". ".join(sentences),
        authors=tuple(record["authors"]),
        categories=tuple(record["categories"]),
        announced=day,
        announced_ms=day_ms(day),
        order=order_of(key, day_ms(day)),
        gen=1,
    )


def _through_gateway(data: DataFolder, asked: list[Asked]) -> list[float]:
    port = free_port()
    stack = Stack(data, lambda _: None)
    path = f"/api/v1/search?limit={HITS}&"
    try:
        stack.start_servers()
        environ = {**stack.environ, "GATEWAY_PORT": str(port)}
        stack.start(services.service("gateway", data, stack.ports, environ))
        poll_until(lambda: _answers(f"http://127.0.0.1:{port}{path}q=warm+up"), "no answer")
        client = http.client.HTTPConnection("127.0.0.1", port)  # the lightest that keeps alive
        for one in asked[:WARM_UP]:  # other words: the answer of no query is known beforehand
            _get(client, path + urllib.parse.urlencode({"q": f"{one.text} again"}))
        return [_get(client, path + urllib.parse.urlencode({"q": one.text})) for one in asked]
    finally:
        stack.stop()
        data.claim()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=20).status_code == 200
    except httpx.HTTPError:
        return False


def _get(client: http.client.HTTPConnection, path: str) -> float:
    began = time.perf_counter()
    client.request("GET", path)
    answer = client.getresponse()
    answer.read()
    assert answer.status == 200, answer.status
    return (time.perf_counter() - began) * 1000


def _in_process(data: DataFolder, asked: list[Asked]) -> list[float]:
    store = Store(data.sub("vectors"))
    store.open()
    try:
        shard = store.get("papers").shard

        def shards(_: Any) -> Any:
            return shard

        took = []
        for one in asked:
            request = query_request(shards, msgspec.convert(_body(one), QueryBody))
            began = time.perf_counter()
            shard.query(request)
            took.append((time.perf_counter() - began) * 1000)
        return took
    finally:
        store.close()


def _body(one: Asked) -> dict[str, Any]:
    words = {"indices": list(one.sparse.indices), "values": list(one.sparse.values)}
    return {
        "prefetch": [
            {"query": one.dense, "using": "dense", "limit": 100},
            {"query": words, "using": "bm25", "limit": 100},
        ],
        "query": {"rrf": {"k": 60}},
        "limit": HITS,
        "with_payload": True,
    }
