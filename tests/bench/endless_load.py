"""Papers without end: new ones are announced and asked for whenever too few are in work."""

import asyncio
import gzip
import itertools
import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import httpx

from common import topology
from common.ledger import FINAL, decode
from common.runtime import Runtime

IN_WORK = 300
A_REQUEST = 50
LOOK_EVERY_S = 0.5
ENDS = ("dead", "cancelled")
LAST_ROW = topology.PIPELINE[-1]
READS = ("/api/v1/search?q=reinforcement+learning", "/api/v1/papers", "/", "/api/v1/status")
"""What readers ask for meanwhile, one after the other."""


class Load:
    """Keeps so many papers in work; all that it knows of them is whether they have ended."""

    def __init__(self, page: str, upstream: str) -> None:
        self.asked = self.ended = self.refused = self.reads = self.unanswered = 0
        self._page = page
        self._upstream = upstream
        self._open: set[str] = set()
        self._records = _records()

    async def ask(self) -> None:
        """Ask for more whenever there is room, for ever."""
        async with httpx.AsyncClient(timeout=60) as client:
            while True:
                if len(self._open) <= IN_WORK - A_REQUEST:
                    await self._more(client)
                else:
                    await asyncio.sleep(LOOK_EVERY_S)

    async def _more(self, client: httpx.AsyncClient) -> None:
        records = list(itertools.islice(self._records, A_REQUEST))
        body = "\n".join(json.dumps(record) for record in records)
        told = await client.post(f"{self._upstream}/control/announce", content=body)
        told.raise_for_status()
        ids = [record["id"] for record in records]
        self._open.update(f"arxiv:{one}" for one in ids)
        self.asked += len(ids)
        while True:
            answer = await client.post(f"{self._page}/api/v1/papers", json={"ids": ids})
            if answer.status_code == httpx.codes.ACCEPTED:
                return
            self.refused += 1
            await asyncio.sleep(LOOK_EVERY_S)

    async def watch(self, runtime: Runtime) -> None:
        """Learn from the ledger which papers have ended, for ever."""
        async for fact in runtime.bus.read([f"{topology.LEDGER}.>"], after=0):
            row = decode(fact.body)
            is_last = row.row == LAST_ROW and row.state in FINAL
            if (is_last or row.state in ENDS) and row.paper in self._open:
                self._open.discard(row.paper)
                self.ended += 1

    async def read(self) -> None:
        """Search, list and look, twice a second, for ever."""
        async with httpx.AsyncClient(timeout=60) as client:
            for path in itertools.cycle(READS):
                answer = await client.get(f"{self._page}{path}")
                self.reads += 1
                self.unanswered += not answer.is_success
                await asyncio.sleep(LOOK_EVERY_S)


def _records() -> Iterator[dict[str, Any]]:
    """The recorded day over and over, each paper under a new id."""
    day = next((Path(str(resources.files("standalone"))) / "day").glob("*.jsonl.gz"))
    with gzip.open(day, "rt", encoding="utf-8") as lines:
        recorded = [json.loads(line) for line in lines]
    for number, record in enumerate(itertools.cycle(recorded), start=1):
        kept = {k: record[k] for k in ("title", "authors", "categories", "abstract")}
        yield {**kept, "id": f"{2601 + number // 99_999}.{number % 99_999:05d}"}
