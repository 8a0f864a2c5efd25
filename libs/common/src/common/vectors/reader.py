"""What is asked of the index: one request to Qdrant for every question."""

from typing import Any

import msgspec
from qdrant_client import AsyncQdrantClient, models

from common.bm25 import Sparse
from common.embed.embedder import Vectors as Dense
from common.vectors import collections
from common.vectors.asking import Ask, ByClient
from common.vectors.collections import DENSE, PAPERS, PASSAGES, SPARSE, collection_name
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
    """Reads the collections of its own model, so a vector never meets another model's."""

    def __init__(
        self, client: AsyncQdrantClient, model: str, dim: int, ask: Ask | None = None
    ) -> None:
        self.client = client
        self.model = model
        self.dim = dim
        self.papers = collection_name(PAPERS, model, dim)
        self.texts = collection_name(PASSAGES, model, dim)
        self._ask = ask or ByClient(client)

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
        request = _fused(dense, sparse, conditions(filters), (limit, offset))
        found = await self._ask(self.papers, request, PaperPoint)
        return tuple(Hit(paper=at.payload, score=at.score) for at in found)

    async def keyword(
        self, sparse: Sparse, filters: Filters = _NOTHING, *, limit: int = 10, offset: int = 0
    ) -> tuple[Hit, ...]:
        """Papers that hold the words, by BM25."""
        if not sparse.indices:
            return ()
        words = models.SparseVector(indices=sparse.indices, values=sparse.values)
        return await self._near(words, SPARSE, filters, (limit, offset))

    async def semantic(
        self, dense: Dense, filters: Filters = _NOTHING, *, limit: int = 10, offset: int = 0
    ) -> tuple[Hit, ...]:
        """Papers near in meaning; ``dense`` is 1 × dim."""
        return await self._near(dense[0].tolist(), DENSE, filters, (limit, offset))

    async def passages(
        self,
        dense: Dense,
        sparse: Sparse,
        filters: Filters = _NOTHING,
        *,
        limit: int = 10,
    ) -> tuple[PassageHit, ...]:
        """Passages near in meaning or in words; only ids, feeds, categories, days narrow them."""
        request = _fused(dense, sparse, conditions(filters), (limit, 0))
        found = await self._ask(self.texts, request, PassagePoint)
        return tuple(PassageHit(passage=at.payload, score=at.score) for at in found)

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
                self.papers, all_of(must), limit=limit + 1, order_by=newest_first
            )
        papers = tuple(_paper(record.payload) for record in records)
        more = len(papers) > limit
        papers = papers[:limit]
        return Page(papers=papers, cursor=cursor_after(papers[-1].order) if more else "")

    async def get(self, paper: str) -> PaperPoint | None:
        """The paper, or None."""
        with translated():
            found = await self.client.retrieve(self.papers, [point_id(self.model, paper)])
        return _paper(found[0].payload) if found else None

    async def similar(
        self, paper: str, filters: Filters = _NOTHING, *, limit: int = 10
    ) -> tuple[Hit, ...]:
        """The nearest other papers in meaning; none when the paper is not there."""
        if await self.get(paper) is None:
            return ()
        itself = models.NearestQuery(nearest=point_id(self.model, paper))
        return await self._near(itself, DENSE, filters, (limit, 0))

    async def count(self, filters: Filters = _NOTHING) -> int:
        """How many papers there are."""
        with translated():
            answer = await self.client.count(self.papers, all_of(conditions(filters)), exact=True)
        return answer.count

    async def facets(
        self, field: str, filters: Filters = _NOTHING, *, limit: int = 100
    ) -> dict[str, int]:
        """How many papers have each value of an indexed ``field``, the most frequent first."""
        with translated():
            answer = await self.client.facet(
                self.papers, field, all_of(conditions(filters)), limit=limit, exact=True
            )
        return {str(hit.value): hit.count for hit in answer.hits}

    async def _near(
        self, query: Any, using: str, filters: Filters, window: tuple[int, int]
    ) -> tuple[Hit, ...]:
        limit, offset = window
        request = models.QueryRequest(
            query=query,
            using=using,
            filter=all_of(conditions(filters)),
            limit=limit,
            offset=offset,
        )
        found = await self._ask(self.papers, request, PaperPoint)
        return tuple(Hit(paper=at.payload, score=at.score) for at in found)


def _fused(
    dense: Dense, sparse: Sparse, must: list[models.Condition], window: tuple[int, int]
) -> models.QueryRequest:
    """Both sides put their best forward, and the ranks are fused."""
    limit, offset = window
    deep = max(CANDIDATES, limit + offset)
    only = all_of(must)
    parts = [models.Prefetch(query=dense[0].tolist(), using=DENSE, filter=only, limit=deep)]
    if sparse.indices:  # a query of stop words alone has none
        words = models.SparseVector(indices=sparse.indices, values=sparse.values)
        parts.append(models.Prefetch(query=words, using=SPARSE, filter=only, limit=deep))
    return models.QueryRequest(prefetch=parts, query=RRF, limit=limit, offset=offset)


def _paper(payload: dict[str, Any] | None) -> PaperPoint:
    return msgspec.convert(payload or {}, PaperPoint)
