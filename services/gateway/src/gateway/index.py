"""The index over Qdrant, with queries embedded in this process."""

from collections import OrderedDict
from collections.abc import Sequence

from common import bm25
from common.embed.embedder import Embedder, unit
from common.embed.embedder import Vectors as Dense
from common.recommending.learned import Example
from common.recommending.recommender import Recommender
from common.vectors.adapter import Vectors
from common.vectors.candidates import Wanted
from common.vectors.points import Hit, PaperPoint, PassageHit
from gateway.indexport import HYBRID, KEYWORD, SEMANTIC, Looked, Sought
from gateway.ports import ALL_PAPERS, Card, Filters, Found, Recommended, Scored
from gateway.shelf.wish import Wish

CACHED_QUERIES = 1024


class QdrantIndex:
    """Meets ``ports.Index``."""

    def __init__(self, vectors: Vectors, embedder: Embedder) -> None:
        self._vectors = vectors
        self._embedder = embedder
        self._recommender = Recommender(vectors)
        self._cache: OrderedDict[str, Dense] = OrderedDict()

    async def newest(
        self, wanted: Filters, *, limit: int, after: str = ""
    ) -> tuple[list[Card], str]:
        """Papers by announcement day, newest first."""
        page = await self._vectors.newest(wanted, cursor=after, limit=limit)
        return [card(point) for point in page.papers], page.cursor

    async def rank(self, sought: Sought, *, limit: int) -> Looked:
        """The order of a search and the first papers of it, in two requests to Qdrant."""
        dense = None if sought.mode == KEYWORD else await self._dense(sought.text)
        sparse = None if sought.mode == SEMANTIC else bm25.query(sought.text)
        asked = Wanted(dense, sparse, sought.wanted, sought.blend_ms)
        order = await self._vectors.ranked(asked)
        return Looked(order, await self.at([found.point for found in order[:limit]]))

    async def at(self, points: Sequence[str]) -> dict[str, Card]:
        """The cards of those points that are there."""
        found = await self._vectors.shown(points)
        return {point: card(paper) for point, paper in found.items()}

    async def search(
        self, text: str, wanted: Filters, *, mode: str = HYBRID, limit: int
    ) -> list[Scored]:
        """The best papers."""
        found = await self.rank(Sought(text, mode, wanted), limit=limit)
        return found.scored(limit)

    async def named(self, doi: str) -> Card | None:
        """The paper whose record names a DOI, or None."""
        page = await self._vectors.newest(Filters(dois=(doi,)), limit=1)
        return card(page.papers[0]) if page.papers else None

    async def by_dois(self, dois: Sequence[str]) -> dict[str, Card]:
        """The papers whose records name those DOIs, in one read."""
        page = await self._vectors.newest(Filters(dois=tuple(dois)), limit=2 * len(dois))
        there = {point.doi.lower(): card(point) for point in reversed(page.papers)}
        return {doi: there[doi.lower()] for doi in dois if doi.lower() in there}

    async def get(self, paper: str) -> Card | None:
        """The card of one paper, or None."""
        point = await self._vectors.get(paper)
        return None if point is None else card(point)

    async def these(self, papers: Sequence[str]) -> list[Card]:
        """Those that are there, in one read."""
        return [card(point) for point in await self._vectors.these(papers)]

    async def similar(
        self, paper: str, wanted: Filters = ALL_PAPERS, *, limit: int
    ) -> list[Scored]:
        """The nearest other papers in meaning."""
        return _scored(await self._vectors.similar(paper, wanted, limit=limit))

    async def recommend(self, wish: Wish, wanted: Filters, *, limit: int) -> list[Recommended]:
        """Papers that fit a wish, with the reason."""
        examples = []
        if wish.text:
            examples = [Example(await self._dense(wish.text), bm25.document(wish.text))]
        found = await self._recommender.recommend(
            wish.likes, wanted, limit=limit, others=wish.others, examples=examples
        )
        return [
            Recommended(
                card=card(one.paper),
                score=one.score,
                reason=one.reason,
                standings=one.standings,
            )
            for one in found
        ]

    async def passages(self, text: str, *, paper: str, limit: int) -> list[Found]:
        """The passages of one paper that answer best."""
        hits = await self._vectors.passages_of(
            paper, await self._dense(text), bm25.query(text), limit=limit
        )
        return [_passage(hit) for hit in hits]

    async def all_passages(
        self, text: str, wanted: Filters = ALL_PAPERS, *, limit: int
    ) -> list[Found]:
        """The passages of all papers that answer best."""
        asked = Wanted(await self._dense(text), bm25.query(text), wanted)
        hits = await self._vectors.passages(asked, limit=limit)
        return [_passage(hit) for hit in hits]

    async def near_texts(self, texts: Sequence[str], words: str, *, limit: int) -> list[Scored]:
        """Papers near what the texts mean together, and near the words."""
        meant = unit((await self._embedder.embed(texts)).mean(axis=0, keepdims=True))
        asked = Wanted(meant, bm25.query(words))
        return _scored(await self._vectors.search(asked, limit=limit))

    async def count(self, wanted: Filters) -> int:
        """How many papers there are."""
        return await self._vectors.count(wanted)

    async def facet(self, field: str, wanted: Filters, *, limit: int) -> list[tuple[str, int]]:
        """The most frequent values of a field, with how many papers have each."""
        return list((await self._vectors.facets(field, wanted, limit=limit)).items())

    async def _dense(self, text: str) -> Dense:
        known = self._cache.get(text)
        if known is None:
            known = await self._embedder.embed([text])
            self._cache[text] = known
            if len(self._cache) > CACHED_QUERIES:
                self._cache.popitem(last=False)
        self._cache.move_to_end(text)
        return known


def _passage(hit: PassageHit) -> Found:
    passage = hit.passage
    return Found(
        paper=passage.paper,
        text=passage.text,
        score=hit.score,
        no=passage.no,
        page=passage.page,
        section=passage.section,
    )


def _scored(hits: tuple[Hit, ...]) -> list[Scored]:
    return [Scored(card=card(hit.paper), score=hit.score) for hit in hits]


def card(point: PaperPoint) -> Card:
    """What a list shows of a point."""
    return Card(**{name: getattr(point, name) for name in Card.__struct_fields__})
