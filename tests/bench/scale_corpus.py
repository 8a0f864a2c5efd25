"""Real records with the vectors of the real embedder, and a store filled with them."""

import gzip
import json
from collections.abc import Sequence
from typing import Any

import kept_vectors
import msgspec
import qdrant_edge as engine
from bench_folders import data_folder, say

from common import bm25
from common.embed.embedder import Vectors
from common.events import PaperFetched, PaperMeta
from common.settings import EmbedSettings
from common.texts import PaperText, Passage
from common.vectors.collections import DENSE, SPARSE, collection_name
from common.vectors.composing import ABSTRACT, paper_point, passage_points, searched
from common.vectors.points import point_id
from standalone.vectors.store import Store

RECORDS = "arxiv/records.jsonl.gz"
BATCH = 500
QUERY_TEXTS = 4000
"""Records beyond those in the index, from which queries are taken."""


def events(most: int) -> list[PaperFetched]:
    """So many papers as the indexer hears of them."""
    with gzip.open(data_folder() / RECORDS, "rt", encoding="utf-8") as lines:
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


def vectors(papers: Sequence[PaperFetched]) -> Vectors:
    """A row for each paper, by the embedder that ships; worked out once and kept."""
    return kept_vectors.vectors([searched(one) for one in papers], EmbedSettings())


def fill(store: Store, model: str, papers: Sequence[PaperFetched], rows: Vectors) -> None:
    """Put papers into the collection that the indexer made, and build its index."""
    collection = store.get(collection_name("papers", model, rows.shape[1]))
    for start in range(0, len(papers), BATCH):
        put(collection.shard, model, papers[start : start + BATCH], rows[start : start + BATCH])
        if start % 20_000 == 0:
            say(f"stored {start} of {len(papers)} papers")
    say("building the index")
    collection.shard.optimize()
    collection.flush()


def put(
    shard: Any,
    model: str,
    papers: Sequence[PaperFetched],
    rows: Vectors,
    *,
    as_passages: bool = False,
) -> None:
    """Store papers, or their abstracts as the only passages of them."""
    points = [
        _point(model, event, row, as_passage=as_passages)
        for event, row in zip(papers, rows, strict=True)
    ]
    shard.update(engine.UpdateOperation.upsert_points(points))


def _point(model: str, event: PaperFetched, row: Any, *, as_passage: bool) -> Any:
    words = bm25.document(searched(event))
    vector = {DENSE: row.tolist(), SPARSE: engine.SparseVector(words.indices, words.values)}
    only = (Passage(no=0, text=event.meta.abstract, section="Abstract"),)
    text = PaperText(paper=event.paper, version=1, extractor=ABSTRACT, passages=only)
    paper = paper_point(event, text, None, at="2026-07-14T00:00:00Z")
    payload = passage_points(text, paper)[0] if as_passage else paper
    return engine.Point(point_id(model, event.paper), vector, msgspec.to_builtins(payload))


def queries(beyond: Sequence[PaperFetched]) -> list[str]:
    """Titles and sentences of abstracts in turn, none twice."""
    found = []
    for event in beyond:
        found.append(event.meta.title)
        found += [one for one in event.meta.abstract.split(". ") if 40 < len(one) < 250][:1]
    return list(dict.fromkeys(" ".join(one.split()) for one in found))
