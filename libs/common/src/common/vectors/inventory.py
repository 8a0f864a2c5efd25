"""What the index holds of each paper, counted: the other side of what the ledger says."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from qdrant_client import AsyncQdrantClient, models

from common.vectors.collections import PAPERS, PASSAGES, collection_name
from common.vectors.conditions import equals
from common.vectors.translated import translated

PAGE = 1000
PAPER_FIELDS = ["paper", "gen", "withdrawn", "tldr"]
PASSAGE_FIELDS = ["paper", "gen"]


@dataclass
class Held:
    """The points of one paper; ``gen`` is 0 when the paper's own is missing."""

    gen: int = 0
    withdrawn: bool = False
    tldr: str = ""
    passages: dict[int, int] = field(default_factory=dict)
    """How many there are of each generation."""


async def inventory(
    client: AsyncQdrantClient, model: str, dim: int, *, paper: str = ""
) -> dict[str, Held]:
    """What is there of every paper, or of one; raises Unavailable."""
    found: dict[str, Held] = {}
    async for payload in _payloads(client, collection_name(PAPERS, model, dim), paper):
        held = found.setdefault(payload["paper"], Held())
        held.gen = payload.get("gen", 0)
        held.withdrawn = payload.get("withdrawn", False)
        held.tldr = payload.get("tldr", "")
    async for payload in _payloads(client, collection_name(PASSAGES, model, dim), paper):
        counts = found.setdefault(payload["paper"], Held()).passages
        gen = payload.get("gen", 0)
        counts[gen] = counts.get(gen, 0) + 1
    return found


async def _payloads(
    client: AsyncQdrantClient, collection: str, paper: str
) -> AsyncIterator[dict[str, Any]]:
    only = models.Filter(must=[equals("paper", paper)]) if paper else None
    fields = PAPER_FIELDS if collection.startswith(f"{PAPERS}__") else PASSAGE_FIELDS
    offset: models.ExtendedPointId | None = None
    while True:
        with translated():
            records, offset = await client.scroll(
                collection, only, limit=PAGE, offset=offset, with_payload=fields
            )
        for record in records:
            if record.payload and "paper" in record.payload:
                yield record.payload
        if offset is None:
            return
