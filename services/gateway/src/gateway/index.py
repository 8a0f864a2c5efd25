"""The index over Qdrant, with queries embedded in this process."""

from collections import OrderedDict

from common import bm25
from common.embed.embedder import Embedder
from common.embed.embedder import Vectors as Dense
from common.vectors.adapter import Vectors
from common.vectors.filters import Filters as Narrowed
from common.vectors.points import Hit, PaperPoint
from gateway.ports import Card, Filters, Found, Scored

CACHED_QUERIES = 1024


class QdrantIndex:
    """Meets ``ports.Index``."""

    def __init__(self, vectors: Vectors, embedder: Embedder) -> None:
        self._vectors = vectors
        self._embedder = embedder
        self._cache: OrderedDict[str, Dense] = OrderedDict()

    async def newest(
        self, wanted: Filters, *, limit: int, after: str = ""
    ) -> tuple[list[Card], str]:
        """Papers by announcement day, newest first."""
        page = await self._vectors.newest(_narrowed(wanted), cursor=after, limit=limit)
        return [card(point) for point in page.papers], page.cursor

    async def search(
        self, text: str, wanted: Filters, *, mode: str, limit: int, offset: int = 0
    ) -> list[Scored]:
        """One request to Qdrant, whatever the mode."""
        narrowed = _narrowed(wanted)
        words = bm25.query(text)
        if mode == "keyword":
            return _scored(await self._vectors.keyword(words, narrowed, limit=limit, offset=offset))
        dense = await self._dense(text)
        if mode == "semantic":
            return _scored(
                await self._vectors.semantic(dense, narrowed, limit=limit, offset=offset)
            )
        hits = await self._vectors.hybrid(dense, words, narrowed, limit=limit, offset=offset)
        return _scored(hits)

    async def get(self, paper: str) -> Card | None:
        """The card of one paper, or None."""
        point = await self._vectors.get(paper)
        return None if point is None else card(point)

    async def similar(self, paper: str, *, limit: int) -> list[Scored]:
        """The nearest other papers in meaning."""
        return _scored(await self._vectors.similar(paper, limit=limit))

    async def passages(self, text: str, *, paper: str, limit: int) -> list[Found]:
        """The passages of one paper that answer best."""
        hits = await self._vectors.passages_of(
            paper, await self._dense(text), bm25.query(text), limit=limit
        )
        return [
            Found(
                paper=hit.passage.paper,
                text=hit.passage.text,
                score=hit.score,
                no=hit.passage.no,
                page=hit.passage.page,
                section=hit.passage.section,
            )
            for hit in hits
        ]

    async def count(self, wanted: Filters) -> int:
        """How many papers there are."""
        return await self._vectors.count(_narrowed(wanted))

    async def categories(self, *, limit: int) -> list[tuple[str, int]]:
        """The most frequent categories."""
        return list((await self._vectors.facets("categories", limit=limit)).items())

    async def _dense(self, text: str) -> Dense:
        known = self._cache.get(text)
        if known is None:
            known = await self._embedder.embed([text])
            self._cache[text] = known
            if len(self._cache) > CACHED_QUERIES:
                self._cache.popitem(last=False)
        self._cache.move_to_end(text)
        return known


def _narrowed(wanted: Filters) -> Narrowed:
    return Narrowed(
        categories=wanted.categories,
        feeds=(wanted.feed,) if wanted.feed else (),
        date_from=wanted.date_from,
        date_to=wanted.date_to,
        has_pdf=wanted.has_pdf,
        full_text=wanted.full_text,
    )


def _scored(hits: tuple[Hit, ...]) -> list[Scored]:
    return [Scored(card=card(hit.paper), score=hit.score) for hit in hits]


def card(point: PaperPoint) -> Card:
    """What a list shows of a point."""
    return Card(
        paper=point.paper,
        version=point.version,
        title=point.title,
        abstract=point.abstract,
        authors=point.authors,
        authors_total=point.authors_total,
        categories=point.categories,
        updated=point.updated,
        announced=point.announced,
        tldr=point.tldr,
        licence=point.licence,
        has_pdf=point.has_pdf,
        full_text=point.full_text,
        withdrawn=point.withdrawn,
        feeds=point.feeds,
    )
