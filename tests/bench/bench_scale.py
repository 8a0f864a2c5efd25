"""Search, facets, recommendations and indexing over 20,000 and 100,000 real records.

``make bench BENCH=scale DATA=DIR``: the folder holds arxiv/records.jsonl.gz. Both sides of every
ratio are measured in this run. The vectors are worked out once and kept (an hour for 100,000).
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import urllib.parse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import numpy as np
import scale_corpus as corpus
import scale_engine
import scale_indexing
from bench_folders import data_folder, say

from common.embed import factory
from common.embed.embedder import Vectors
from common.events import PaperFetched
from common.settings import EmbedSettings, VectorsSettings
from common.vectors import adapter
from servers import free_port, poll_until
from standalone import services
from standalone.folder import DataFolder
from standalone.stack import Stack
from standalone.vectors.store import Store

HERE = Path(__file__).parent
SIZES = tuple(int(one) for one in os.environ.get("PAPERS", "20000 100000").split())
ASKED = 600
REPEATED = 300
CLIENTS = 8
ROUNDS = 3
ROUND_S = 3.0
LIKED = 20
INDEXED = 600
HEADERS = {"hx-request": "true"}

Row = dict[str, Any]
Requests = list[tuple[str, dict[str, str]]]


def measure() -> Iterator[Row]:
    """All of it, the smaller index first."""
    if not (data_folder() / corpus.RECORDS).exists():
        say(f"skipped: no {corpus.RECORDS} in {data_folder()}; give the folder by DATA=DIR")
        return
    papers = corpus.events(max(SIZES) + corpus.QUERY_TEXTS)
    rows = corpus.vectors(papers[: max(SIZES)])
    asked = corpus.queries(papers[max(SIZES) :])
    with tempfile.TemporaryDirectory() as name:
        data = DataFolder(Path(name))
        data.claim()
        model, there = _emptied(data), 0
        for size in SIZES:
            _grown(data, model, papers[there:size], rows[there:size])
            there = size
            for row in _measured(data, model, papers[:size], asked):
                yield {"papers": size, **row, "load": _load()}
    for row in scale_indexing.measure(papers[max(SIZES) :][:INDEXED]):
        yield {**row, "load": _load()}


def _measured(
    data: DataFolder, model: str, papers: Sequence[PaperFetched], asked: list[str]
) -> Iterator[Row]:
    with _gateway(data) as at:
        say("asking the gateway")
        searched = at.once(_searches(asked[:ASKED]))
        rest = asked[ASKED:]
        yield _rates(at, rest[: 2 * REPEATED], data.path)
        rest = rest[2 * REPEATED :]
        facets = at.once(_searches(rest[:ASKED], "search/facets"))
        yield {"measure": "facets", **_spread(facets)}
        typed = at.once(_typed(rest[ASKED:]))
        yield {"measure": "as you type", **_spread(typed), "goal": "p99_ms < 100"}
        yield _recommended(at, papers)
    say("asking the engine")
    engine = scale_engine.times(data, model, asked[:ASKED])
    p50, p99 = np.percentile(engine.took_ms, (50, 99))
    yield {
        "measure": "search",
        **_spread(searched),
        "engine_p50_ms": round(float(p50), 2),
        "engine_p99_ms": round(float(p99), 2),
        "ratio_p99": round(float(np.percentile(searched, 99) / p99), 2),
        "goal": "ratio_p99 <= 5",
    }
    yield {"measure": "recall", **engine.recall, "goal": "recall@10 >= 0.95"}


def _load() -> float:
    return round(os.getloadavg()[0], 1)


def _emptied(data: DataFolder) -> str:
    """Have the collections made, as the indexer does; the name of the model."""
    stack = Stack(data, lambda _: None)
    try:
        stack.start_servers()
        return asyncio.run(_made(stack.environ["QDRANT_URL"]))
    finally:
        stack.stop()
        data.claim()


def _grown(data: DataFolder, model: str, papers: Sequence[PaperFetched], rows: Vectors) -> None:
    store = Store(data.sub("vectors"))
    store.open()
    try:
        corpus.fill(store, model, papers, rows)
    finally:
        store.close()


async def _made(url: str) -> str:
    embedder = await factory.create(EmbedSettings())
    index = adapter.connect(VectorsSettings(qdrant_url=url), embedder.model, embedder.dim)
    try:
        await index.ensure()
        return embedder.model
    finally:
        await index.close()
        await embedder.close()


class At(NamedTuple):
    """A server to ask."""

    port: int

    def once(self, requests: Requests, clients: int = 1) -> list[float]:
        """Each request once; the milliseconds each took."""
        took: list[float] = self._load(requests, clients, 0.0)["took_ms"]
        return took

    def rate(self, requests: Requests, seconds: float) -> float:
        """Answers a second when they are asked for again and again."""
        told = self._load(requests, CLIENTS, seconds)
        return float(told["answers"] / told["seconds"])

    def _load(self, requests: Requests, clients: int, seconds: float) -> dict[str, Any]:
        given = {"port": self.port, "clients": clients, "seconds": seconds, "requests": requests}
        ran = subprocess.run(
            [sys.executable, HERE / "scale_load.py"],
            input=json.dumps(given),
            capture_output=True,
            text=True,
            check=True,
        )
        told: dict[str, Any] = json.loads(ran.stdout)
        assert told["statuses"] == [200], told["statuses"]
        return told


@contextmanager
def _gateway(data: DataFolder) -> Iterator[At]:
    stack = Stack(data, lambda _: None)
    port = free_port()
    try:
        stack.start_servers()
        environ = {**stack.environ, "GATEWAY_PORT": str(port)}
        stack.start(services.service("gateway", data, stack.ports, environ))
        poll_until(lambda: _answers(port), "no answer", seconds=60)
        at = At(port)
        at.once(_searches([f"warm up {n}" for n in range(50)]))
        yield at
    finally:
        stack.stop()
        data.claim()


def _answers(port: int) -> bool:
    try:
        url = f"http://127.0.0.1:{port}/api/v1/search?q=warm"
        return httpx.get(url, timeout=20).status_code == 200
    except httpx.HTTPError:
        return False


def _searches(texts: Sequence[str], what: str = "search") -> Requests:
    limit = "" if what != "search" else "limit=10&"
    plain = "&plain=true"  # a sentence may hold what means something in a query
    return [
        (f"/api/v1/{what}?{limit}{urllib.parse.urlencode({'q': one})}{plain}", {}) for one in texts
    ]


def _typed(titles: Sequence[str]) -> Requests:
    """The page at each pause of who types a title."""
    prefixes = [
        " ".join(title.split()[:words])
        for title in titles[:ASKED]
        for words in (1, 2, 4, 7)
        if len(title.split()) >= words
    ]
    unique = list(dict.fromkeys(prefixes))[: 2 * ASKED]
    return [(f"/?{urllib.parse.urlencode({'q': one, 'plain': 'true'})}", HEADERS) for one in unique]


def _recommended(at: At, papers: Sequence[PaperFetched]) -> Row:
    base = f"http://127.0.0.1:{at.port}/api/v1"
    category = papers[0].meta.categories[0]
    liked = [one.paper for one in papers if category in one.meta.categories][:LIKED]
    with httpx.Client(base_url=base, timeout=20) as client:
        for paper in liked:
            client.put(f"/library/papers/{paper}", json={"opinion": "like"}).raise_for_status()
        status = client.get("/recommendations").status_code
        if status != 200:
            return {"measure": "recommendations", "skipped": f"answered {status}"}
    asked: Requests = [
        (f"/api/v1/recommendations?limit={n % 50 + 1}&days=0", {}) for n in range(ASKED // 2)
    ]
    return {
        "measure": "recommendations",
        "liked": len(liked),
        **_spread(at.once(asked)),
        "goal": "p99_ms < 100",
    }


def _rates(at: At, texts: list[str], scratch: Path) -> Row:
    """Repeated questions from memory, against a bare handler; and questions nobody asked."""
    known, new = _searches(texts[:REPEATED]), _searches(texts[REPEATED:])
    worked_out = at.once(new, CLIENTS)
    with httpx.Client(base_url=f"http://127.0.0.1:{at.port}", timeout=20) as client:
        bodies = {path.partition("?")[2]: client.get(path).text for path, _ in known}
    file = scratch / "bodies.json"
    file.write_text(json.dumps(bodies))
    port = free_port()
    bare = subprocess.Popen([sys.executable, HERE / "bare_litestar.py", str(port), file])
    try:
        poll_until(lambda: _answers_bare(port, known[0][0]), "no answer", seconds=60)
        pairs = [(at.rate(known, ROUND_S), At(port).rate(known, ROUND_S)) for _ in range(ROUNDS)]
    finally:
        bare.terminate()
        bare.wait()
    repeated, yard = (float(np.median(side)) for side in zip(*pairs, strict=True))
    return {
        "measure": "searches a second",
        "clients": CLIENTS,
        "repeated_per_s": round(repeated),
        "worked_out_per_s": round(CLIENTS * 1000 / float(np.mean(worked_out)), 1),
        "bare_litestar_per_s": round(yard),
        "body_bytes": round(float(np.mean([len(one) for one in bodies.values()]))),
        "ratio": round(repeated / yard, 2),
        "goal": "ratio >= 0.5",
    }


def _answers_bare(port: int, path: str) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}{path}").status_code == 200
    except httpx.HTTPError:
        return False


def _spread(took_ms: Sequence[float]) -> Row:
    p50, p99 = np.percentile(took_ms, (50, 99))
    return {"asked": len(took_ms), "p50_ms": round(float(p50), 2), "p99_ms": round(float(p99), 2)}
