"""What the index costs by layout: ``capacity_index.py DIR [SIZE …]``.

The folder has arxiv/records.jsonl.gz. Fills Qdrant's engine with real papers, and with their
abstracts as passages, and looks at disk, memory (in a new process that only reads) and processor
time. Kept in ``capacity_index.json``.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import capacity_layouts as layouts
import msgspec
import numpy as np
import qdrant_edge as engine
import scale_corpus as corpus
from bench_folders import say
from capacity_layouts import LAYOUTS, Layout, Measured

from common import bm25
from common.embed.embedder import Vectors
from common.events import PaperFetched
from common.vectors.collections import DENSE, INDEXES, PASSAGES, SPARSE
from common.vectors.layout import SEARCH
from standalone.vectors.config import engine_config
from standalone.vectors.indexes import create_index

SIZES = (10_000, 20_000, 50_000, 100_000)
BATCH = 500
ASKED = 200
MODEL = "bench"


def main(sizes: Sequence[int]) -> None:
    """Measure each layout at two sizes and the first one at all; keep what was found."""
    papers = corpus.events(max(sizes))
    rows = corpus.vectors(papers)
    found = []
    for at, layout in enumerate(LAYOUTS):
        for size in sizes if at == 0 else sizes[:2]:
            say(f"{layout.name}: {size} points")
            found.append(_measured(layout, papers[:size], rows[:size]))
            print(json.dumps(msgspec.to_builtins(found[-1])), flush=True)
    body = msgspec.json.format(msgspec.json.encode(found), indent=1)
    layouts.KEPT.write_bytes(body + b"\n")


def _measured(layout: Layout, papers: Sequence[PaperFetched], rows: Vectors) -> Measured:
    queries = []
    for event, row in zip(papers[:ASKED], rows[:ASKED], strict=True):
        words = bm25.query(event.meta.title)
        queries.append((row.tolist(), list(words.indices), list(words.values)))
    with tempfile.TemporaryDirectory() as name:
        spent = _filled(layout, papers, rows, name)
        found = {**_read(name, queries), **layouts.files(layout, Path(name))}
    return Measured(layout=layout.name, points=len(papers), **spent, **found)


def _filled(
    layout: Layout, papers: Sequence[PaperFetched], rows: Vectors, folder: str
) -> dict[str, Any]:
    shard = engine.EdgeShard.create(folder, engine_config(layouts.config(layout, rows.shape[1])))
    if layout.indexes:
        for field, schema in INDEXES[layout.collection].items():
            shard.update(create_index(field, layouts.schema_of(schema)))
    began = time.process_time()
    for start in range(0, len(papers), BATCH):
        part = papers[start : start + BATCH], rows[start : start + BATCH]
        corpus.put(shard, MODEL, *part, as_passages=layout.collection == PASSAGES)
    shard.flush()
    stored = time.process_time()
    shard.optimize()
    shard.flush()
    shard.close()
    built = time.process_time() - stored
    return {"store_s": round(stored - began, 2), "build_s": round(built, 2)}


def _read(folder: str, queries: list[Any]) -> dict[str, Any]:
    """Ask it in a process of its own, so that nothing is counted that only filling takes."""
    ran = subprocess.run(
        [sys.executable, __file__, "--read", folder],
        input=msgspec.json.encode(queries),
        capture_output=True,
        check=True,
    )
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def read(folder: str) -> None:
    """What an open shard takes, and what a query costs; the queries are on standard input."""
    queries = json.load(sys.stdin)
    before = layouts.memory()
    shard = engine.EdgeShard.load(folder)
    spent = {"dense_ms": [], "words_ms": []}  # type: dict[str, list[float]]
    rescored = engine.QuantizationSearchParams(rescore=True)
    params = engine.SearchParams(hnsw_ef=SEARCH.hnsw_ef, quantization=rescored)
    for dense, indices, values in queries:
        sparse = engine.SparseVector(indices, values)
        for name, query, given in (
            ("dense_ms", engine.Query.Nearest(dense, using=DENSE), params),
            ("words_ms", engine.Query.Nearest(sparse, using=SPARSE), None),
        ):
            began = time.process_time()
            shard.query(engine.QueryRequest(limit=100, query=query, params=given))
            spent[name].append((time.process_time() - began) * 1000)
    told: dict[str, float] = {name: round(float(np.mean(each)), 3) for name, each in spent.items()}
    told["own_bytes"] = layouts.memory() - before
    print(json.dumps(told))


if __name__ == "__main__":
    if sys.argv[1] == "--read":
        read(sys.argv[2])
    else:
        os.environ["DATA"] = sys.argv[1]
        main([int(one) for one in sys.argv[2:]] or SIZES)
