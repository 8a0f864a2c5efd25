"""The whole chain over the recorded day, against a plain script that parses, embeds, inserts.

The plain script is one process that does one paper after the other with the same libraries, and
has all PDFs at hand; the chain downloads them, keeps them, summarises, notifies and traces.
"""

import asyncio
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

from common import bm25
from common.embed import factory
from common.events import PaperFetched, PaperMeta
from common.reading.parse import parse
from common.settings import EmbedSettings, VectorsSettings
from common.vectors import adapter, composing
from indexer import compose
from indexer.settings import IndexerSettings
from servers import free_port, wait_for_port

GOAL = 0.75
DAY = Path(str(resources.files("standalone"))) / "day"


def measure() -> Iterator[dict[str, Any]]:
    """Papers per second of both, and their ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain = _plain(folder)
        chain = _chain(folder)
    yield {
        "papers": plain[0],
        "plain_papers_per_s": round(plain[0] / plain[1], 2),
        "chain_papers_per_s": round(chain, 2),
        "ratio": round(chain / (plain[0] / plain[1]), 3),
        "goal": f">= {GOAL}",
    }


def _plain(folder: Path) -> tuple[int, float]:
    upstream, vectors = free_port(), free_port()
    children = [
        _child("standalone.upstream", "--port", str(upstream)),
        _child("standalone.vectors", "--port", str(vectors), "--data", str(folder / "vectors")),
    ]
    try:
        wait_for_port(upstream)
        wait_for_port(vectors)
        papers = [*_day(f"http://127.0.0.1:{upstream}"), *_files()]
        settings = VectorsSettings(qdrant_url=f"http://127.0.0.1:{vectors}")
        return len(papers), asyncio.run(_script(papers, settings))
    finally:
        for child in children:
            child.terminate()
            child.wait()


def _child(module: str, *args: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", module, *args], stderr=subprocess.DEVNULL)


def _day(upstream: str) -> Iterator[tuple[PaperFetched, bytes]]:
    with gzip.open(next(DAY.glob("*.jsonl.gz")), "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            with urllib.request.urlopen(f"{upstream}/pdf/{record['id']}") as answer:
                yield _fetched(f"arxiv:{record['id']}", record), answer.read()


def _files() -> Iterator[tuple[PaperFetched, bytes]]:
    for path in sorted((DAY / "folder").glob("*.pdf")):
        record = json.loads(path.with_suffix(".json").read_text())
        yield _fetched(f"upload:{path.stem}", record), path.read_bytes()


def _fetched(paper: str, record: dict[str, Any]) -> PaperFetched:
    meta = PaperMeta(
        title=record["title"],
        abstract=record["abstract"],
        authors=tuple(record["authors"]),
        categories=tuple(record.get("categories", ())),
        announced=record.get("seen", ""),
    )
    return PaperFetched(paper=paper, version=1, meta=meta)


async def _script(papers: list[tuple[PaperFetched, bytes]], settings: VectorsSettings) -> float:
    embedder = await factory.create(EmbedSettings())
    index = adapter.connect(settings, embedder.model, embedder.dim)
    limits = IndexerSettings().limits
    try:
        await index.ensure()
        await embedder.embed(["warm up"])
        began = time.perf_counter()
        for event, body in papers:
            text = compose.paper_text(event, parse(body, limits))
            point = composing.paper_point(event, text, None, at="")
            whole = composing.searched(event)
            bodies = [passage.text for passage in text.passages]
            dense = await embedder.embed([whole, *bodies])
            sparse = [bm25.document(one) for one in (whole, *bodies)]
            points = composing.passage_points(text, point)
            await index.index_passages(points, dense[1:], sparse[1:])
            await index.index_paper(point, dense[:1], sparse[0])
        return time.perf_counter() - began
    finally:
        await index.close()
        await embedder.close()


def _chain(folder: Path) -> float:
    ran = subprocess.run(
        [sys.executable, "-m", "cli", "demo", "--data", str(folder / "demo"), "--once"],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "200"},
        check=False,
    )
    found = re.search(r"papers a second\s+\S\s+\S\s+([0-9.]+)", ran.stdout)
    if ran.returncode or found is None:
        raise SystemExit(f"the demo ended with {ran.returncode}:\n{ran.stdout}\n{ran.stderr}")
    return float(found[1])
