"""The lists a search is made of, asked in one request and fused by the recipe."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from qdrant_client import models

from common.bm25 import Sparse
from common.embed.embedder import Vectors as Dense
from common.ranking.freshness import blended
from common.ranking.fusing import MEANING, WORDS, Listed, Ranked, hybrid
from common.ranking.recipe import RECIPE
from common.vectors.asking import DATED, Ask, Candidate
from common.vectors.collections import DENSE, SPARSE
from common.vectors.conditions import all_of, conditions
from common.vectors.filters import Filters
from common.vectors.layout import SEARCH


class Wanted(NamedTuple):
    """What is looked for: vectors, either of which may be missing, and where."""

    dense: Dense | None = None
    """1 × dim."""
    sparse: Sparse | None = None
    filters: Filters = Filters()
    blend_ms: int | None = None
    """Let newer papers come first where they fit as well; this is now, in epoch milliseconds."""


async def ranked(ask: Ask, collection: str, wanted: Wanted) -> list[Ranked]:
    """Point ids, the best first, with where each stood; raises Unavailable, Terminal."""
    requests = _requests(wanted)
    if not requests:
        return []
    found = await ask.lists(collection, list(requests.values()))
    lists = dict(zip(requests, found, strict=True))
    fused = hybrid(_listed(MEANING, lists), _listed(WORDS, lists))
    if wanted.blend_ms is None:
        return fused
    days = {str(c.id): c.payload.announced_ms for one in found for c in one if c.payload}
    return blended(fused, days, wanted.blend_ms)


def _requests(wanted: Wanted) -> dict[str, models.QueryRequest]:
    only = all_of(conditions(wanted.filters))
    payload: bool | list[str] = DATED if wanted.blend_ms is not None else False

    def request(query: list[float] | models.SparseVector, using: str) -> models.QueryRequest:
        return models.QueryRequest(
            query=query,
            using=using,
            filter=only,
            params=SEARCH if using == DENSE else None,
            limit=RECIPE.candidates,
            with_payload=payload,
        )

    asked: dict[str, models.QueryRequest] = {}
    if wanted.dense is not None:
        asked[MEANING] = request(wanted.dense[0].tolist(), DENSE)
    if wanted.sparse is not None and wanted.sparse.indices:  # stop words alone have none
        words = models.SparseVector(indices=wanted.sparse.indices, values=wanted.sparse.values)
        asked[WORDS] = request(words, SPARSE)
    return asked


def _listed(name: str, lists: Mapping[str, Sequence[Candidate]]) -> Listed:
    found = lists.get(name, ())
    return Listed(name, [str(one.id) for one in found], [one.score for one in found])
