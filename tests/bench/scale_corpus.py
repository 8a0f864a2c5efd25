"""Real records with the vectors of the real embedder, and a store filled with them."""

import gzip
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import embedded_corpus
import msgspec
import numpy as np
import qdrant_edge as engine
from numpy.typing import NDArray

from common import bm25
from common.events import PaperFetched, PaperMeta
from common.texts import PaperText, Passage
from common.vectors.collections import DENSE, SPARSE, collection_name
from common.vectors.composing import ABSTRACT, paper_point, searched
from common.vectors.points import point_id
from standalone.vectors.store import Store

ROOT = Path(__file__).parents[2]
RECORDS = "arxiv/records.jsonl.gz"
BATCH = 500
QUERY_TEXTS = 4000
"""Records beyond those in the index, from which queries are taken."""

Matrix = NDArray[np.float32]


def folder() -> Path:
    """Where the data is: DATA=DIR, or beside the project."""
    return Path(os.environ.get("DATA") or ROOT.parent / "shared" / "data")


def say(text: str) -> None:
    """Progress, away from the figures."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def events(most: int) -> list[PaperFetched]:
    """So many papers as the indexer hears of them."""
    with gzip.open(folder() / RECORDS, "rt", encoding="utf-8") as lines:
        return [_fetched(json.loads(line)) for _, line in zip(range(most), lines, strict=False)]


def _fetched(record: dict[str, Any]) -> PaperFetched:
    meta = PaperMeta(
        title=record["title"],
        abstract=record["abstract"],
        authors=tuple(record["authors"]),
        categories=tuple(record["categories"]),
        comment=record.get("comment") or "",
        announced=record["seen"],
    )
    return PaperFetched(paper=f"arxiv:{record['id']}", version=1, meta=meta)


def vectors(papers: Sequence[PaperFetched]) -> Matrix:
    """A row for each paper; worked out once and kept, CACHE=DIR says where."""
    return embedded_corpus.vectors([searched(one) for one in papers])


def fill(store: Store, model: str, papers: Sequence[PaperFetched], rows: Matrix) -> None:
    """Put papers into the collection that the indexer made, and build its index."""
    collection = store.get(collection_name("papers", model, rows.shape[1]))
    for start in range(0, len(papers), BATCH):
        made = _points(model, papers[start : start + BATCH], rows[start : start + BATCH])
        collection.shard.update(engine.UpdateOperation.upsert_points(list(made)))
        if start % 20_000 == 0:
            say(f"stored {start} of {len(papers)} papers")
    say("building the index")
    collection.shard.optimize()
    collection.flush()


def _points(model: str, papers: Sequence[PaperFetched], rows: Matrix) -> Iterator[Any]:
    for event, row in zip(papers, rows, strict=True):
        words = bm25.document(searched(event))
        vector = {DENSE: row.tolist(), SPARSE: engine.SparseVector(words.indices, words.values)}
        only = (Passage(no=0, text=event.meta.abstract, section="Abstract"),)
        text = PaperText(paper=event.paper, version=1, extractor=ABSTRACT, passages=only)
        payload = msgspec.to_builtins(paper_point(event, text, None, at="2026-07-14T00:00:00Z"))
        yield engine.Point(point_id(model, event.paper), vector, payload)


def queries(beyond: Sequence[PaperFetched]) -> list[str]:
    """Titles and sentences of abstracts in turn, none twice."""
    found = []
    for event in beyond:
        found.append(event.meta.title)
        found += [one for one in event.meta.abstract.split(". ") if 40 < len(one) < 250][:1]
    return list(dict.fromkeys(" ".join(one.split()) for one in found))
