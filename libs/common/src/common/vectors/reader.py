"""What is asked of the index: one request to Qdrant for every question."""

from collections.abc import Sequence

from qdrant_client import models

from common.bm25 import Sparse
from common.embed.embedder import Vectors as Dense
from common.ranking.fusing import Ranked
from common.vectors import collections
from common.vectors.asking import Candidate, Scored
from common.vectors.candidates import Wanted, ranked
from common.vectors.collections import DENSE
from common.vectors.conditions import all_of, conditions
from common.vectors.filters import Filters
from common.vectors.own import Own
from common.vectors.points import (
    Hit,
    Page,
    PaperPoint,
    PassageHit,
    PassagePoint,
    cursor_after,
    order_before,
    point_id,
)
from common.vectors.stored import BRIEF, Stored

_NOTHING = Filters()


class Reader(Own):
    """Reads the collections of its own model."""

    async def check(self) -> None:
        """Refuse an index of another model; see ``collections.check``."""
        await collections.check(self.client, self.model, self.dim)

    async def ranked(self, wanted: Wanted) -> list[Ranked]:
        """Points of papers, the best first; at most twice the recipe's candidates."""
        return await ranked(self._ask, self.papers, wanted)

    async def shown(self, points: Sequence[str]) -> dict[str, PaperPoint]:
        """Those of the points that are there."""
        return await self._ask.these(self.papers, points, PaperPoint) if points else {}

    async def search(self, wanted: Wanted, *, limit: int = 10) -> tuple[Hit, ...]:
        """The best papers, ranked and read."""
        best = (await self.ranked(wanted))[:limit]
        there = await self.shown([found.point for found in best])
        return tuple(
            Hit(paper=there[found.point], score=found.score)
            for found in best
            if found.point in there
        )

    async def passages(self, wanted: Wanted, *, limit: int = 10) -> tuple[PassageHit, ...]:
        """The best passages; only ids, feeds, categories and days narrow them."""
        best = (await ranked(self._ask, self.texts, wanted))[:limit]
        there = (
            await self._ask.these(self.texts, [found.point for found in best], PassagePoint)
            if best
            else {}
        )
        return tuple(
            PassageHit(passage=there[found.point], score=found.score)
            for found in best
            if found.point in there
        )

    async def passages_of(
        self, paper: str, dense: Dense, sparse: Sparse, *, limit: int = 10
    ) -> tuple[PassageHit, ...]:
        """The passages of one paper that answer best."""
        return await self.passages(Wanted(dense, sparse, Filters(ids=(paper,))), limit=limit)

    async def newest(
        self, filters: Filters = _NOTHING, *, cursor: str = "", limit: int = 20
    ) -> Page:
        """Papers by announcement day, newest first; raises UsageError for a foreign cursor."""
        must = conditions(filters)
        if cursor:
            before = models.Range(lt=order_before(cursor))
            must.append(models.FieldCondition(key="order", range=before))
        newest_first = models.OrderBy(key="order", direction=models.Direction.DESC)
        asked = models.ScrollRequest(
            filter=all_of(must), limit=limit + 1, order_by=newest_first, with_payload=True
        )
        papers = tuple(await self._ask.scroll(self.papers, asked))
        more = len(papers) > limit
        papers = papers[:limit]
        return Page(papers=papers, cursor=cursor_after(papers[-1].order) if more else "")

    async def get(self, paper: str) -> PaperPoint | None:
        """The paper, or None."""
        return next(iter(await self.these([paper])), None)

    async def these(self, papers: Sequence[str]) -> tuple[PaperPoint, ...]:
        """Those of the papers that are there, in the order asked, in one read."""
        points = [point_id(self.model, paper) for paper in papers]
        there = await self.shown(points)
        return tuple(there[one] for one in points if one in there)

    async def vectors_of(self, papers: Sequence[str]) -> dict[str, Stored]:
        """Those of the papers that are there, with their vectors."""
        found = await self.stored([point_id(self.model, paper) for paper in papers])
        return {one.point.paper: one for one in found.values()}

    async def stored(self, points: Sequence[str]) -> dict[str, Stored]:
        """Those of the points that are there, with their vectors."""
        return await self._ask.stored(self.papers, points) if points else {}

    async def sample(self, count: int) -> list[Stored]:
        """Papers by chance, each at most once."""
        asked = models.QueryRequest(
            query=models.SampleQuery(sample=models.Sample.RANDOM),
            limit=count,
            with_payload=BRIEF,
            with_vector=True,
        )
        return await self._ask.sample(self.papers, asked)

    async def lists(self, requests: Sequence[models.QueryRequest]) -> list[list[Candidate]]:
        """The best points of several questions, in one request."""
        return await self._ask.lists(self.papers, requests) if requests else []

    async def best(self, request: models.QueryRequest) -> list[Scored[PaperPoint]]:
        """The best papers of one question."""
        return await self._ask(self.papers, request, PaperPoint)

    async def similar(
        self, paper: str, filters: Filters = _NOTHING, *, limit: int = 10
    ) -> tuple[Hit, ...]:
        """The nearest other papers in meaning; none when the paper is not there."""
        if await self.get(paper) is None:
            return ()
        request = models.QueryRequest(
            query=models.NearestQuery(nearest=point_id(self.model, paper)),
            using=DENSE,
            filter=all_of(conditions(filters)),
            limit=limit,
        )
        found = await self._ask(self.papers, request, PaperPoint)
        return tuple(Hit(paper=at.payload, score=at.score) for at in found)

    async def count(self, filters: Filters = _NOTHING) -> int:
        """How many papers there are."""
        return await self._ask.count(self.papers, all_of(conditions(filters)))

    async def facets(
        self, field: str, filters: Filters = _NOTHING, *, limit: int = 100
    ) -> dict[str, int]:
        """How many papers have each value of an indexed ``field``, the most frequent first."""
        asked = models.FacetRequest(
            key=field, filter=all_of(conditions(filters)), limit=limit, exact=True
        )
        return await self._ask.facet(self.papers, asked)
