"""Search quality on judged queries, through the indexer's and the gateway's own code.

``make bench-search`` takes the sets beside the project, ``make bench-search DATA=DIR`` any folder
in BEIR layout, or a folder of such. One JSON object a line at the end.
"""

import asyncio
import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import bm25s
import snowballstemmer
from bench_folders import data_folder, say
from judged_sets import Document, Judged, JudgedSet, Quality, folders, load, quality
from kept_vectors import KeptVectors

from common.embed import factory
from common.events import ObjectRef, PaperFetched, PaperMeta
from common.objects import ObjectMissing
from common.settings import EmbedSettings, VectorsSettings
from common.settings import load as load_settings
from common.vectors import adapter
from common.vectors.adapter import Vectors
from common.vectors.composing import searched
from common.vectors.placing import Place
from gateway import asked, listing
from gateway.asked import Manner
from gateway.index import QdrantIndex
from gateway.listing import Page
from gateway.queries import MAX_QUERY_CHARS
from indexer.indexing import Indexer
from standalone import servers
from standalone.folder import DataFolder
from standalone.stack import Stack

EMBEDDERS = ("local", "static")
DEFAULT = "local"
MODES = ("hybrid", "semantic", "keyword")
DEPTH = 100
AT_ONCE = 16
WARM_UP = 20

Found = dict[str, list[str]]
Row = dict[str, Any]


def main() -> int:
    """Measure every set, tell the table, then the lines."""
    embedders = (os.environ.get("EMBEDDERS") or ",".join(EMBEDDERS)).split(",")
    rows: list[Row] = []
    for folder in folders(data_folder("retrieval")):
        judged = load(folder)
        if not judged.queries or not judged.documents:
            say(f"{judged.name} has no judged query or no document; left out")
            continue
        say(f"{judged.name}: {len(judged.documents)} documents, {len(judged.queries)} queries")
        rows.append(_baseline(judged))
        for kind in embedders:
            with tempfile.TemporaryDirectory() as name:
                rows += _measured(judged, kind, DataFolder(Path(name)))
    _table(rows)
    for row in rows:
        print(json.dumps(row), flush=True)
    return 0


def key_of(document: str) -> str:
    """The key of a paper that stands for a document."""
    return f"upload:{hashlib.sha256(document.encode()).hexdigest()}"


def _baseline(judged: JudgedSet) -> Row:
    """BM25 alone as people have it: bm25s with English stop words and a Snowball stemmer."""
    stem = snowballstemmer.stemmer("english").stemWords

    def tokens(texts: Sequence[str]) -> Any:
        return bm25s.tokenize(texts, stopwords="en", stemmer=stem, show_progress=False)

    names = [one.id for one in judged.documents]
    retriever = bm25s.BM25(corpus=names)
    retriever.index(tokens([_fetched(one) for one in judged.documents]), show_progress=False)
    found: Found = {}
    began = time.perf_counter()
    for query in judged.queries:
        best = retriever.retrieve(
            tokens([query.text]), k=min(DEPTH + 1, len(names)), show_progress=False
        )
        pairs = zip(best.documents[0], best.scores[0], strict=True)
        found[query.id] = [str(name) for name, score in pairs if score > 0]
    took = (time.perf_counter() - began) * 1000 / len(judged.queries)
    return _row(judged, "bm25s", quality(judged.queries, found), took)


def _fetched(document: Document) -> str:
    return searched(_event(document))


def _event(document: Document) -> PaperFetched:
    title, text = document.title.strip(), document.text.strip()
    meta = PaperMeta(title=title or text[:200], abstract=text if title else text[200:])
    return PaperFetched(paper=key_of(document.id), version=1, meta=meta)


def _measured(judged: JudgedSet, kind: str, data: DataFolder) -> Iterator[Row]:
    """One embedder, all modes."""
    data.claim()
    stack = Stack(data, lambda _: None)
    try:
        stack.start(servers.vectors(data, stack.ports))
        url = stack.environ["QDRANT_URL"]
        yield from asyncio.run(_searched(judged, kind, url))
    finally:
        stack.stop()


async def _searched(judged: JudgedSet, kind: str, url: str) -> list[Row]:
    settings = load_settings(EmbedSettings, {"EMBEDDING_KIND": kind})
    embedder = await factory.create(settings, lone=True)
    vectors = adapter.connect(VectorsSettings(qdrant_url=url), embedder.model, embedder.dim)
    try:
        await _indexed(judged, KeptVectors(await factory.create(settings)), vectors)
        names = {key_of(one.id): one.id for one in judged.documents}
        rows = []
        for mode in MODES:
            if mode == "keyword" and kind != DEFAULT:
                continue  # the same words whatever the model
            found, took = await _asked(judged.queries, mode, QdrantIndex(vectors, embedder), names)
            label = mode if mode == "keyword" else f"{mode}/{embedder.model}"
            default = mode == "hybrid" and kind == DEFAULT
            rows.append(_row(judged, label, quality(judged.queries, found), took, default=default))
        return rows
    finally:
        await vectors.close()
        await embedder.close()


class _Bodies:
    """Objects in memory: what is measured is search."""

    def __init__(self) -> None:
        self._bodies: dict[str, bytes] = {}

    async def get(self, ref: ObjectRef) -> bytes:
        if ref.key not in self._bodies:
            raise ObjectMissing(ref.key)
        return self._bodies[ref.key]

    async def put(self, prefix: str, body: bytes, content_type: str) -> ObjectRef:
        digest = hashlib.sha256(body).hexdigest()
        ref = ObjectRef(key=f"{prefix}/{digest}", sha256=digest, size_bytes=len(body))
        self._bodies[ref.key] = body
        return ref


class _NoReader:
    """There are no PDFs in judged sets."""

    async def read(self, body: bytes) -> Any:
        raise AssertionError("a judged set has no PDFs")


class _One:
    """The one place there is."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def use(self) -> Any:
        return self

    async def __aenter__(self) -> list[Place]:
        return [self._place]

    async def __aexit__(self, *_: object) -> None:
        return None


async def _indexed(judged: JudgedSet, embedder: KeptVectors, vectors: Vectors) -> None:
    """All documents through the indexer's core; their vectors are computed in one go before."""
    await vectors.ensure()
    events = [_event(one) for one in judged.documents]
    await embedder.embed([searched(event) for event in events])
    core = Indexer(
        _Bodies(), _NoReader(), _One(Place(embedder, vectors)), lambda: "2026-01-01T00:00:00Z"
    )
    waiting = iter(enumerate(events))

    async def work() -> None:
        for at, event in waiting:
            await core.index(event)
            if at % 2000 == 1999:
                say(f"indexed {at + 1} of {len(events)} documents")

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    await embedder.close()


async def _asked(
    queries: Sequence[Judged], mode: str, index: QdrantIndex, names: Mapping[str, str]
) -> tuple[Found, float]:
    """What the gateway's search finds for every query, and milliseconds a query."""
    found: Found = {}
    for query in queries[:WARM_UP]:
        await _one(index, f"{query.text} again", mode)
    began = time.perf_counter()
    for query in queries:
        items = await _one(index, query.text, mode)
        found[query.id] = [names[item] for item in items]
    return found, (time.perf_counter() - began) * 1000 / len(queries)


async def _one(index: QdrantIndex, text: str, mode: str) -> list[str]:
    ask = asked.question(text[:MAX_QUERY_CHARS], Manner(mode=mode, plain=True))
    answer = await listing.search(index, ask, Page(DEPTH), now_ms=0)
    return [item.id for item in answer.items]


def _row(
    judged: JudgedSet, mode: str, found: Quality, took_ms: float, *, default: bool = False
) -> Row:
    return {
        "set": judged.name,
        "mode": mode,
        "default": default,
        "ndcg@10": round(found.ndcg_at_10, 4),
        "recall@100": round(found.recall_at_100, 4),
        "ms_per_query": round(took_ms, 2),
    }


def _table(rows: Sequence[Row]) -> None:
    """The same for people."""
    print(f"{'set':12} {'mode':42} {'nDCG@10':>8} {'recall@100':>11} {'ms/query':>9}")
    for row in rows:
        name = f"{row['mode']}{' (default)' if row['default'] else ''}"
        print(
            f"{row['set'][:12]:12} {name:42} {row['ndcg@10']:8.4f} {row['recall@100']:11.4f} "
            f"{row['ms_per_query']:9.2f}"
        )
    print(flush=True)


if __name__ == "__main__":
    sys.exit(main())
