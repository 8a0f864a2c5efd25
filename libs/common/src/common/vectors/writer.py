"""What the indexer writes: papers, their passages, and summaries put to them."""

import asyncio
from collections.abc import Sequence

from qdrant_client import models

from common.bm25 import Sparse
from common.embed.embedder import Vectors as Dense
from common.errors import Retryable
from common.settings import VectorsSettings
from common.vectors import collections
from common.vectors.asking import STRONG, Put
from common.vectors.conditions import equals
from common.vectors.own import Own
from common.vectors.points import PaperPoint, PassagePoint, point_id
from common.vectors.translated import translated

UPSERT_POINTS = 64


class Writer(Own):
    """Writes under derived ids, so that doing it again changes nothing (rules Q1 to Q3)."""

    settings = VectorsSettings()
    """How new collections are laid out."""

    async def ensure(self) -> None:
        """Make collections, indexes and aliases where they are missing."""
        await collections.ensure(self.client, self.model, self.dim, self.settings)

    async def make(self) -> None:
        """Make collections and indexes where they are missing, and leave the aliases alone."""
        await collections.make(self.client, self.model, self.dim, self.settings)

    async def index_paper(self, point: PaperPoint, dense: Dense, sparse: Sparse) -> None:
        """Store a paper, unless a newer generation of it is there; ``dense`` is 1 × dim."""
        put = Put(point_id(self.model, point.paper), dense[0], sparse, point)
        await self._ask.put(self.papers, [put], _not_newer(point.gen))

    async def index_passages(
        self, points: Sequence[PassagePoint], dense: Dense, sparse: Sequence[Sparse]
    ) -> None:
        """Store passages, each unless a newer generation of it is there; ``dense`` is n × dim."""
        puts = [
            Put(point_id(self.model, point.paper, point.no), row, words, point)
            for point, row, words in zip(points, dense, sparse, strict=True)
        ]
        for at in range(0, len(puts), UPSERT_POINTS):
            some = puts[at : at + UPSERT_POINTS]
            await self._ask.put(self.texts, some, _not_newer(points[0].gen))

    async def confirm(self, paper: str, gen: int, passages: int) -> bool:
        """True when this generation alone is stored, False when a newer one has replaced it.

        Deletes passages of earlier generations; raises Retryable when points are missing (rules
        Q1 and Q3).
        """
        of_paper: list[models.Condition] = [equals("paper", paper)]
        by_gen = models.FacetRequest(key="gen", filter=models.Filter(must=of_paper), exact=True)
        at = point_id(self.model, paper)
        found, counts = await asyncio.gather(
            self._ask.these(self.papers, [at], PaperPoint), self._ask.facet(self.texts, by_gen)
        )
        mine = counts.pop(str(gen), 0)
        stored = found[at].gen if at in found else 0
        if stored > gen:
            await self._delete(self.texts, [*of_paper, equals("gen", gen)])
            return False
        if stored != gen or mine != passages:
            raise Retryable(
                f"read back {mine} of {passages} passages and generation {stored} "
                f"instead of {gen} for {paper}"
            )
        if counts:
            earlier = models.FieldCondition(key="gen", range=models.Range(lt=gen))
            await self._delete(self.texts, [*of_paper, earlier])
        return True

    async def set_summary(self, paper: str, version: int, tldr: str, model: str) -> bool:
        """Show a summary with its paper; False when that version is not what is stored."""
        chosen = models.Filter(must=[equals("paper", paper), equals("version", version)])
        with translated():
            count = await self.client.count(self.papers, chosen, exact=True)
            if count.count:
                payload = {"tldr": tldr, "summary_model": model}
                await self.client.set_payload(
                    self.papers, payload, points=chosen, wait=True, ordering=STRONG
                )
        return count.count > 0

    async def delete_paper(self, paper: str) -> None:
        """Remove a paper and its passages."""
        for collection in (self.texts, self.papers):
            await self._delete(collection, [equals("paper", paper)])

    async def _delete(self, collection: str, must: list[models.Condition]) -> None:
        chosen = models.FilterSelector(filter=models.Filter(must=must))
        with translated():
            await self.client.delete(collection, chosen, wait=True, ordering=STRONG)


def _not_newer(gen: int) -> models.Filter:
    """A late older version must not replace a newer one."""
    return models.Filter(must=[models.FieldCondition(key="gen", range=models.Range(lte=gen))])
