"""The real index with a corpus in it, kept on disk for the next run."""

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx
import msgspec
import numpy as np
from bench_folders import cache_folder, say
from numpy.typing import NDArray
from recommend_sets import Paper

from common import bm25
from common.settings import VectorsSettings
from common.vectors import adapter
from common.vectors.collections import DENSE, PAPERS, SPARSE, collection_name
from common.vectors.points import PaperPoint, point_id
from standalone import servers
from standalone.folder import DataFolder
from standalone.stack import Stack

MODEL = "bench"
BATCH = 500
READY = "filled"


@contextmanager
def filled(papers: Sequence[Paper], rows: NDArray[np.float32]) -> Iterator[str]:
    """Serve the corpus at a URL; filled the first time."""
    folder = cache_folder() / f"index-{_digest(papers, rows)}"
    folder.mkdir(parents=True, exist_ok=True)
    data = DataFolder(folder)
    data.claim()
    stack = Stack(data, lambda _: None)
    try:
        stack.start(servers.vectors(data, stack.ports))
        url = stack.environ["QDRANT_URL"]
        if not (folder / READY).exists():
            asyncio.run(_fill(url, papers, rows))
            (folder / READY).touch()
        yield url
    finally:
        stack.stop()


async def _fill(url: str, papers: Sequence[Paper], rows: NDArray[np.float32]) -> None:
    index = adapter.connect(VectorsSettings(qdrant_url=url), MODEL, rows.shape[1])
    await index.ensure()
    await index.close()
    where = f"{url}/collections/{collection_name(PAPERS, MODEL, rows.shape[1])}/points"
    async with httpx.AsyncClient(timeout=600, trust_env=False) as client:
        for start in range(0, len(papers), BATCH):
            some = papers[start : start + BATCH]
            points = [
                _point(paper, row)
                for paper, row in zip(some, rows[start : start + BATCH], strict=True)
            ]
            body = msgspec.json.encode({"points": points})
            answer = await client.put(where, params={"wait": "true"}, content=body)
            answer.raise_for_status()
            if start % (20 * BATCH) == 0:
                say(f"stored {start} of {len(papers)} papers")


def _point(paper: Paper, row: NDArray[np.float32]) -> dict[str, object]:
    payload = PaperPoint(
        paper=paper.id, version=1, title=paper.title, abstract=paper.text, authors=paper.authors
    )
    vectors: dict[str, object] = {}
    if paper.searched:
        words = bm25.document(paper.searched)
        vectors = {
            DENSE: row.tolist(),
            SPARSE: {"indices": words.indices, "values": words.values},
        }
    return {"id": point_id(MODEL, paper.id), "vector": vectors, "payload": payload}


def _digest(papers: Sequence[Paper], rows: NDArray[np.float32]) -> str:
    digest = hashlib.sha256(f"{rows.shape}".encode() + rows[:1].tobytes())
    for paper in papers:
        digest.update(f"{paper.id}\0{paper.searched}\0{paper.authors}\0".encode())
    return digest.hexdigest()[:12]
