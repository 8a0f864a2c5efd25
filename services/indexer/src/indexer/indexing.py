"""A fetched paper read, embedded and put into the index."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from opentelemetry import trace

from common import bm25, texts
from common.embed.embedder import Embedder
from common.embed.embedder import Vectors as Dense
from common.events import ObjectRef, PaperEmbedded, PaperFetched, SummaryReady
from common.handlers import Done
from common.ids import parse_time
from common.texts import PaperText
from common.vectors.points import PaperPoint, PassagePoint
from indexer import compose, metrics
from indexer.parsed import Parsed

TEXT_PREFIX = "text"


class Objects(Protocol):
    """The part of ``common.objects.Objects`` used here."""

    async def get(self, ref: ObjectRef) -> bytes:
        """The body; raises Retryable when it is missing."""

    async def put(self, prefix: str, body: bytes, content_type: str) -> ObjectRef:
        """Store a body under its digest."""


class Reader(Protocol):
    """The part of ``PdfReader`` used here."""

    async def read(self, body: bytes) -> Parsed:
        """The text of a PDF, or why there is none."""


class Index(Protocol):
    """The part of ``common.vectors.adapter.Vectors`` used here."""

    async def get(self, paper: str) -> PaperPoint | None:
        """The paper as stored."""

    async def index_paper(self, point: PaperPoint, dense: Dense, sparse: bm25.Sparse) -> None:
        """Store the paper."""

    async def index_passages(
        self, points: Sequence[PassagePoint], dense: Dense, sparse: Sequence[bm25.Sparse]
    ) -> None:
        """Store its passages."""

    async def confirm(self, paper: str, gen: int, passages: int) -> bool:
        """Read back, drop what is stale; False when a newer generation is there."""

    async def set_summary(self, paper: str, version: int, tldr: str, model: str) -> bool:
        """Show a summary; False when that version is not stored."""


class Indexer:
    """The core of the service."""

    def __init__(
        self,
        objects: Objects,
        reader: Reader,
        embedder: Embedder,
        index: Index,
        now: Callable[[], str],
    ) -> None:
        self._objects = objects
        self._reader = reader
        self._embedder = embedder
        self._index = index
        self._now = now

    async def index(self, event: PaperFetched) -> PaperEmbedded | Done:
        """Make the paper findable; Done when a newer version is there already."""
        previous = await self._index.get(event.paper)
        if previous is not None and previous.version > event.version:
            return _superseded(previous.version)
        parsed = await self._parsed(event)
        text = compose.paper_text(event, parsed)
        stored = await self._objects.put(TEXT_PREFIX, texts.encode(text), "application/json")
        point = compose.paper_point(event, text, previous, at=self._now())
        await self._store(event, text, point)
        if not await self._index.confirm(event.paper, point.gen, len(text.passages)):
            newer = await self._index.get(event.paper)
            return _superseded(newer.version if newer else 0)
        metrics.PASSAGES.inc(len(text.passages))
        metrics.PAPERS.inc()
        if event.announced_at:
            waited = parse_time(self._now()) - parse_time(event.announced_at)
            metrics.SEARCHABLE.observe(max(0.0, waited.total_seconds()))
        noted = compose.notes(parsed)
        return compose.embedded(event, text, stored, model=self._embedder.model, noted=noted)

    async def show_summary(self, event: SummaryReady) -> Done:
        """Show the short summary wherever the paper is found."""
        model = event.model
        shown = await self._index.set_summary(event.paper, event.version, event.tldr, model)
        return Done(
            detail={"shown": shown},
            notes=() if shown else ("this version is not in the index any more",),
        )

    async def _parsed(self, event: PaperFetched) -> Parsed | None:
        if event.pdf is None or event.meta.withdrawn:
            return None
        body = await self._objects.get(event.pdf)
        with metrics.PARTS.labels("parse").time():
            parsed = await self._reader.read(body)
        metrics.PDFS.labels(parsed.reason or "text").inc()
        span = trace.get_current_span()
        span.set_attribute("paperbus.pdf.outcome", parsed.reason or "text")
        span.set_attribute("paperbus.passages", len(parsed.passages))
        return parsed

    async def _store(self, event: PaperFetched, text: PaperText, point: PaperPoint) -> None:
        whole = compose.searched(event)
        alone = text.extractor == compose.ABSTRACT  # the paper's vector is its passage's too
        bodies = [] if alone else [passage.text for passage in text.passages]
        with metrics.PARTS.labels("embed").time():
            dense = await self._embedder.embed([whole, *bodies])
        sparse = await asyncio.to_thread(_all_sparse, [whole, *bodies])
        points = compose.passage_points(text, point)
        first = 0 if alone else 1
        with metrics.PARTS.labels("store").time():
            if points:
                rows = np.arange(first, first + len(points))
                await self._index.index_passages(points, dense[rows], [sparse[at] for at in rows])
            await self._index.index_paper(point, dense[:1], sparse[0])


def _all_sparse(bodies: Sequence[str]) -> list[bm25.Sparse]:
    return [bm25.document(body) for body in bodies]


def _superseded(version: int) -> Done:
    return Done(detail={"superseded_by": version}, notes=("a newer version is indexed",))
