"""The engine alone, in process: the queries that the gateway makes of the same questions."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
import qdrant_edge as engine
from qdrant_client import models

from common import bm25
from common.embed import factory
from common.settings import EmbedSettings
from common.vectors.asking import Candidate
from common.vectors.candidates import Wanted, ranked
from common.vectors.collections import collection_name
from standalone.folder import DataFolder
from standalone.vectors.queries import query_request
from standalone.vectors.query_json import QueryBody
from standalone.vectors.store import Store

NEAREST = 10


class Engine(NamedTuple):
    """What was measured."""

    took_ms: list[float]
    recall: dict[str, Any]


class Recorder:
    """Meets as much of ``asking.Ask`` as a ranking needs, and asks nobody."""

    def __init__(self) -> None:
        self.requests: list[models.QueryRequest] = []

    async def lists(self, _: str, requests: Sequence[models.QueryRequest]) -> list[list[Candidate]]:
        """Keep what would be asked."""
        self.requests = list(requests)
        return [[] for _ in requests]


def times(data: DataFolder, model: str, texts: Sequence[str]) -> Engine:
    """Milliseconds for each question, and how many of the nearest the dense list finds."""
    asked = asyncio.run(_requests(texts))
    store = Store(data.sub("vectors"))
    store.open()
    try:
        shard = store.get(collection_name("papers", model, _dim(asked))).shard
        took = [_timed(shard, bodies) for bodies in asked]
        return Engine(took, _recall(shard, [bodies[0] for bodies in asked]))
    finally:
        store.close()


async def _requests(texts: Sequence[str]) -> list[list[dict[str, Any]]]:
    embedder = await factory.create(EmbedSettings())
    recorder: Any = Recorder()
    made = []
    try:
        for text in texts:
            dense = await embedder.embed([text])
            await ranked(recorder, "papers", Wanted(dense, bm25.query(text)))
            made.append([one.model_dump(exclude_none=True) for one in recorder.requests])
    finally:
        await embedder.close()
    return made


def _dim(asked: list[list[dict[str, Any]]]) -> int:
    return len(asked[0][0]["query"])


def _timed(shard: Any, bodies: list[dict[str, Any]]) -> float:
    requests = [_request(shard, body) for body in bodies]
    batch = engine.QueryBatchRequest(requests)
    began = time.perf_counter()
    shard.query_batch(batch)
    return (time.perf_counter() - began) * 1000


def _request(shard: Any, body: dict[str, Any]) -> Any:
    def shards(_: Any) -> Any:
        return shard

    return query_request(shards, msgspec.convert(body, QueryBody))


def _recall(shard: Any, dense: list[dict[str, Any]]) -> dict[str, Any]:
    found = {10: [], 100: []}  # type: dict[int, list[float]]
    spent = {"as_asked": 0.0, "exact": 0.0}
    for body in dense:
        lists = {}
        for name, params in (("as_asked", body.get("params")), ("exact", {"exact": True})):
            began = time.process_time()
            hits = shard.query(_request(shard, {**body, "limit": 100, "params": params}))
            spent[name] += time.process_time() - began
            lists[name] = [hit.id for hit in hits]
        for depth, shares in found.items():
            first, true = lists["as_asked"][:depth], lists["exact"][:depth]
            shares.append(len(set(first) & set(true)) / max(1, len(true)))
    return {
        **{f"recall@{depth}": round(float(np.mean(shares)), 4) for depth, shares in found.items()},
        "params": dense[0].get("params"),
        "cpu_ms": round(spent["as_asked"] / len(dense) * 1000, 3),
        "exact_cpu_ms": round(spent["exact"] / len(dense) * 1000, 3),
    }
