"""Recommendations: what likes have in common, asked of the index, fused and given reasons."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from qdrant_client.models import Condition

from common.ranking.fusing import MEANING, WORDS, Ranked, Standing
from common.recommending import lists, taste
from common.recommending.background import Background, usual
from common.recommending.behaviour import NOBODY, Others
from common.recommending.learned import Example, Learned, learned
from common.recommending.likes import Likes
from common.recommending.reasons import AUTHORS, OTHERS
from common.recommending.recipe import RECIPE
from common.recommending.saying import Saying
from common.vectors.conditions import conditions
from common.vectors.filters import Filters
from common.vectors.points import PaperPoint, point_id
from common.vectors.reader import Reader
from common.vectors.stored import Stored

REMEMBERED = 2048
"""Liked papers that are kept with their vectors, about 12 KB each."""
FRESH_S = 3600.0
"""How long what is usual in the index is taken for true."""
SAMPLED_AT_ONCE = 250
EVERYTHING = Filters()


class Recommended(msgspec.Struct, frozen=True, kw_only=True):
    """A paper somebody may want, the best first."""

    paper: PaperPoint
    score: float
    reason: str
    standings: tuple[Standing, ...] = ()
    """Where it stood in each list: meaning, words, authors, others."""


class Recommender:
    """Learns from one index, and remembers what is usual there."""

    def __init__(self, reader: Reader, clock: Callable[[], float] = time.monotonic) -> None:
        self._reader = reader
        self._clock = clock
        self._memory: OrderedDict[str, Stored] = OrderedDict()
        self._background: Background | None = None
        self._learned_at = 0.0
        self._learning = asyncio.Lock()

    async def recommend(
        self,
        likes: Likes,
        filters: Filters = EVERYTHING,
        *,
        limit: int = 20,
        others: Others = NOBODY,
        examples: Sequence[Example] = (),
    ) -> list[Recommended]:
        """The papers that fit best, with reasons; none when there is nothing to learn from.

        Raises UsageError for filters that cannot be, Unavailable.
        """
        told = await self._learned(likes, examples)
        best = (await self._ranked(told, likes, filters, others))[:limit]
        there = await self._reader.stored([found.point for found in best])
        saying = Saying(likes, told, others)
        return [
            Recommended(
                paper=there[found.point].point,
                score=found.score,
                reason=saying.reason(there[found.point], found.standings),
                standings=found.standings,
            )
            for found in best
            if found.point in there
        ]

    async def _learned(self, likes: Likes, examples: Sequence[Example]) -> Learned:
        there = await self._stored([*likes.heard, *likes.refused])
        return learned(likes, there, await self.background(), examples)

    async def _ranked(
        self, told: Learned, likes: Likes, filters: Filters, others: Others
    ) -> list[Ranked]:
        """All candidates, the best first."""
        hidden = (*filters.not_ids, *likes.unwanted)
        must = conditions(msgspec.structs.replace(filters, not_ids=hidden))
        weights = [likes.weight(paper) for paper in likes.heard]
        suggested = others.suggested(likes.heard, weights)
        asked = lists.requests(told, must, suggested)
        answers, authors = await asyncio.gather(
            self._reader.lists(list(asked.values())), self._by_authors(told, must)
        )
        found = dict(zip(asked, answers, strict=True))
        together = [lists.listed(name, found[name]) for name in (MEANING, WORDS) if name in found]
        together.append(lists.scored(AUTHORS, authors))
        left = {str(one.id) for one in found.get(OTHERS, ())}
        scores = ((point_id(self._reader.model, one.paper), one.score) for one in suggested)
        together.append(lists.scored(OTHERS, [pair for pair in scores if pair[0] in left]))
        return lists.together(together, told.shared, others.support(likes.heard))

    async def _by_authors(self, told: Learned, must: list[Condition]) -> list[tuple[str, float]]:
        request = lists.of_authors(told, must)
        if request is None:
            return []
        found = await self._reader.best(request)
        papers = {one.payload.paper: one.payload.authors for one in found}
        best = taste.by_authors(papers, told.names)
        return [(point_id(self._reader.model, paper), score) for paper, score in best]

    async def background(self) -> Background:
        """What is usual in the index, learned anew when it has grown old."""
        async with self._learning:
            now = self._clock()
            if self._background is None or now - self._learned_at > FRESH_S:
                self._background = await self._sampled()
                self._learned_at = now
            return self._background

    async def _sampled(self) -> Background:
        known: dict[str, Stored] = {}
        for _ in range(RECIPE.sample // SAMPLED_AT_ONCE):
            some = await self._reader.sample(SAMPLED_AT_ONCE)
            known |= {one.point.paper: one for one in some}
            if len(some) < SAMPLED_AT_ONCE:
                break
        whole = [one for one in known.values() if len(one.dense)]
        rows = [one.dense for one in whole] or [np.zeros(self._reader.dim, np.float32)]
        return usual(np.stack(rows), [one.sparse for one in whole])

    async def _stored(self, papers: Sequence[str]) -> dict[str, Stored]:
        missing = [paper for paper in papers if paper not in self._memory]
        found = await self._reader.vectors_of(missing)
        there = {paper: self._memory[paper] for paper in papers if paper in self._memory} | found
        for paper, one in there.items():
            self._memory[paper] = one
            self._memory.move_to_end(paper)
        while len(self._memory) > REMEMBERED:
            self._memory.popitem(last=False)
        return there
