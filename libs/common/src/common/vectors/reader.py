"""What is asked of the index: one request to Qdrant for every question."""

from typing import Any

import msgspec
from qdrant_client import AsyncQdrantClient, models

from common.bm25 import Sparse
from common.embed.embedder import Vectors as Dense
from common.vectors import collections
from common.vectors.collections import DENSE, PAPERS, PASSAGES, SPARSE
from common.vectors.conditions import all_of, conditions
from common.vectors.filters import Filters
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
from common.vectors.translated import translated

CANDIDATES = 100
"""Papers each side puts forward before their ranks are fused."""
RRF = models.RrfQuery(rrf=models.Rrf(k=60))
"""Ranks count alike on both sides: best with MiniLM on every judged set (Qdrant's own k is 2)."""
_NOTHING = Filters()


class Reader:
    """Reads through the aliases only."""

    def __init__(self, client: AsyncQdrantClient, model: str, dim: int) -> None:
        self.client = client
        self.model = model
        self.dim = dim

    async def check(self) -> None:
        """Refuse an index of another model; see ``collections.check``."""
        await collections.check(self.client, self.model, self.dim)

    async def hybrid(
        self,
        dense: Dense,
        sparse: Sparse,
        filters: Filters = _NOTHING,
        *,
        limit: int = 10,
        offset: int = 0,
    ) -> tuple[Hit, ...]:
        """Papers near in meaning or in words, ranks fused; ``dense`` is 1 × dim."""
        found = await self._fused(PAPERS, dense, sparse, conditions(filters), (limit, offset))
        return tuple(Hit(paper=_paper(at.payload), score=at.score) for at in found)

    async def passages(
        self,
        dense: Dense,
        sparse: Sparse,
        filters: Filters = _NOTHING,
        *,
        limit: int = 10,
    ) -> tuple[PassageHit, ...]:
        """Passages near in meaning or in words; only ids, feeds, categories, days narrow them."""
        found = await self._fused(PASSAGES, dense, sparse, conditions(filters), (limit, 0))
        return tuple(PassageHit(passage=_passage(at.payload), score=at.score) for at in found)

    async def passages_of(
        self, paper: str, dense: Dense, sparse: Sparse, *, limit: int = 10
    ) -> tuple[PassageHit, ...]:
        """The passages of one paper that answer best."""
        return await self.passages(dense, sparse, Filters(ids=(paper,)), limit=limit)

    async def newest(
        self, filters: Filters = _NOTHING, *, cursor: str = "", limit: int = 20
    ) -> Page:
        """Papers by announcement day, newest first; raises UsageError for a foreign cursor."""
        must = conditions(filters)
        if cursor:
            before = models.Range(lt=order_before(cursor))
            must.append(models.FieldCondition(key="order", range=before))
        newest_first = models.OrderBy(key="order", direction=models.Direction.DESC)
        with translated():
            records, _ = await self.client.scroll(
                PAPERS, all_of(must), limit=limit + 1, order_by=newest_first
            )
        papers = tuple(_paper(record.payload) for record in records)
        more = len(papers) > limit
        papers = papers[:limit]
        return Page(papers=papers, cursor=cursor_after(papers[-1].order) if more else "")

    async def get(self, paper: str) -> PaperPoint | None:
        """The paper, or None."""
        with translated():
            found = await self.client.retrieve(PAPERS, [point_id(self.model, paper)])
        return _paper(found[0].payload) if found else None

    async def similar(
        self, paper: str, filters: Filters = _NOTHING, *, limit: int = 10
    ) -> tuple[Hit, ...]:
        """The nearest other papers in meaning; none when the paper is not there."""
        if await self.get(paper) is None:
            return ()
        with translated():
            found = await self.client.query_points(
                PAPERS,
                query=models.NearestQuery(nearest=point_id(self.model, paper)),
                using=DENSE,
                query_filter=all_of(conditions(filters)),
                limit=limit,
            )
        return tuple(Hit(paper=_paper(at.payload), score=at.score) for at in found.points)

    async def count(self, filters: Filters = _NOTHING) -> int:
        """How many papers there are."""
        with translated():
            answer = await self.client.count(PAPERS, all_of(conditions(filters)), exact=True)
        return answer.count

    async def facets(
        self, field: str, filters: Filters = _NOTHING, *, limit: int = 100
    ) -> dict[str, int]:
        """How many papers have each value of an indexed ``field``, the most frequent first."""
        with translated():
            answer = await self.client.facet(
                PAPERS, field, all_of(conditions(filters)), limit=limit, exact=True
            )
        return {str(hit.value): hit.count for hit in answer.hits}

    async def _fused(
        self,
        alias: str,
        dense: Dense,
        sparse: Sparse,
        must: list[models.Condition],
        window: tuple[int, int],
    ) -> list[models.ScoredPoint]:
        limit, offset = window
        deep = max(CANDIDATES, limit + offset)
        only = all_of(must)
        parts = [models.Prefetch(query=dense[0].tolist(), using=DENSE, filter=only, limit=deep)]
        if sparse.indices:  # a query of stop words alone has none
            words = models.SparseVector(indices=sparse.indices, values=sparse.values)
            parts.append(models.Prefetch(query=words, using=SPARSE, filter=only, limit=deep))
        with translated():
            answer = await self.client.query_points(
                alias, prefetch=parts, query=RRF, limit=limit, offset=offset
            )
        return answer.points


def _paper(payload: dict[str, Any] | None) -> PaperPoint:
    return msgspec.convert(payload or {}, PaperPoint)


def _passage(payload: dict[str, Any] | None) -> PassagePoint:
    return msgspec.convert(payload or {}, PassagePoint)
