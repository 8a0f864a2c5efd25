"""A fetched paper read, embedded and put into the index."""

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Protocol

import structlog
from opentelemetry import trace

from common import texts
from common.errors import ServiceError
from common.events import ObjectRef, PaperEmbedded, PaperFetched, SummaryReady
from common.handlers import Done
from common.ids import parse_time
from common.reading.parsed import Parsed
from common.texts import PaperText
from common.vectors import placing
from common.vectors.composing import paper_point, searched
from common.vectors.placing import Place
from common.vectors.points import PaperPoint
from indexer import compose, metrics

TEXT_PREFIX = "text"

log = structlog.get_logger("paperbus")


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


class Places(Protocol):
    """The part of ``indexer.places.Places`` used here."""

    def use(self) -> AbstractAsyncContextManager[list[Place]]:
        """Where to write to, the index that answers first."""


class Indexer:
    """The core of the service."""

    def __init__(
        self, objects: Objects, reader: Reader, places: Places, now: Callable[[], str]
    ) -> None:
        self._objects = objects
        self._reader = reader
        self._places = places
        self._now = now

    async def index(self, event: PaperFetched) -> PaperEmbedded | Done:
        """Make the paper findable; Done when a newer version is there already."""
        async with self._places.use() as (first, *_):
            previous = await first.index.get(event.paper)
            if previous is not None and previous.version > event.version:
                return _superseded(previous.version)
            parsed = await self._parsed(event)
            text = compose.paper_text(event, parsed)
            stored = await self._objects.put(TEXT_PREFIX, texts.encode(text), "application/json")
            point = paper_point(event, text, previous, at=self._now())
            if not await _put(first, event, text, point):
                newer = await first.index.get(event.paper)
                return _superseded(newer.version if newer else 0)
            model = first.embedder.model
        await self._put_beside(first, event, text, point)
        self._count(event, text)
        return compose.embedded(event, text, stored, model=model, noted=compose.notes(parsed))

    async def show_summary(self, event: SummaryReady) -> Done:
        """Show the short summary wherever the paper is found."""
        told = (event.paper, event.version, event.tldr, event.model)
        async with self._places.use() as (first, *others):
            shown = await first.index.set_summary(*told)
            for place in others:
                with _tolerated(place, event.paper):
                    await place.index.set_summary(*told)
        return Done(
            detail={"shown": shown},
            notes=() if shown else ("this version is not in the index any more",),
        )

    async def _put_beside(
        self, done: Place, event: PaperFetched, text: PaperText, point: PaperPoint
    ) -> None:
        """Also where it is not yet, as it is asked for now: one may have come meanwhile."""
        async with self._places.use() as (first, *others):
            if first.space != done.space:
                await _put(first, event, text, point)
            for place in others:
                if place.space != done.space:
                    with _tolerated(place, event.paper):
                        await _put(place, event, text, point)

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

    def _count(self, event: PaperFetched, text: PaperText) -> None:
        metrics.PASSAGES.inc(len(text.passages))
        metrics.PAPERS.inc()
        if event.announced_at and event.epoch == 0:  # doing it again is no delay
            waited = parse_time(self._now()) - parse_time(event.announced_at)
            metrics.SEARCHABLE.observe(max(0.0, waited.total_seconds()))


async def _put(place: Place, event: PaperFetched, text: PaperText, point: PaperPoint) -> bool:
    with metrics.PARTS.labels("embed").time(), metrics.EMBEDDING.time():
        given = await placing.rendered(place.embedder, searched(event), text)
    with metrics.PARTS.labels("store").time():
        return await placing.put(place.index, text, point, given)


@contextmanager
def _tolerated(place: Place, paper: str) -> Iterator[None]:
    """What fails beside the index that answers is counted, and found when that place is filled."""
    try:
        yield
    except ServiceError as error:
        metrics.BESIDE_FAILED.inc()
        log.warning("not in the second index", model=place.space, paper=paper, error=str(error))


def _superseded(version: int) -> Done:
    return Done(detail={"superseded_by": version}, notes=("a newer version is indexed",))
