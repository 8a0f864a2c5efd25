"""The lists a recommendation is made of: their queries, and their weights."""

from collections.abc import Collection, Mapping, Sequence

from qdrant_client import models

from common.ranking.fusing import MEANING, WORDS, Listed, Ranked, fused
from common.ranking.taste import Taste
from common.recommending.behaviour import Suggested
from common.recommending.learned import Learned
from common.recommending.reasons import AUTHORS, OTHERS
from common.recommending.recipe import RECIPE
from common.vectors.asking import Candidate
from common.vectors.collections import DENSE, SPARSE
from common.vectors.conditions import all_of
from common.vectors.layout import SEARCH
from common.vectors.persons import PARTS


def requests(
    learned: Learned, must: list[models.Condition], suggested: Sequence[Suggested]
) -> dict[str, models.QueryRequest]:
    """A query for each list that there is something to ask of, that of the authors apart."""
    asked: dict[str, models.QueryRequest] = {}
    if learned.direction is not None:
        asked[MEANING] = _request(learned.direction[0].tolist(), DENSE, must)
    if learned.words.indices:
        words = models.SparseVector(indices=learned.words.indices, values=learned.words.values)
        asked[WORDS] = _request(words, SPARSE, must)
    if suggested:
        papers = models.MatchAny(any=[one.paper for one in suggested])
        these = models.FieldCondition(key="paper", match=papers)
        asked[OTHERS] = models.QueryRequest(filter=all_of([*must, these]), limit=len(suggested))
    return asked


def of_authors(learned: Learned, must: list[models.Condition]) -> models.QueryRequest | None:
    """Papers by authors of liked papers, the nearest in meaning first."""
    if learned.direction is None or not learned.names:
        return None
    return _request(learned.direction[0].tolist(), DENSE, [*must, _by_any(learned.names)])


def together(lists: Sequence[Listed], shared: float, support: float) -> list[Ranked]:
    """The lists fused: the more likes have authors or people in common, the more these count."""
    there = {one.name for one in lists if one.points}
    weights = weights_of(there, shared, support)
    return fused([one._replace(weight=weights[one.name]) for one in lists if one.points])


def weights_of(
    there: Collection[str], shared: float, support: float, recipe: Taste = RECIPE
) -> dict[str, float]:
    """The say of each list that there is."""
    others = recipe.others + recipe.others_supported * support if OTHERS in there else 0.0
    authors = 0.0
    if AUTHORS in there:
        authors = recipe.authors + recipe.authors_shared * shared
        others *= 1 - recipe.others_shared * shared
    text = (1 - others) * (1 - authors)
    return {
        MEANING: text * recipe.meaning,
        WORDS: text * (1 - recipe.meaning),
        AUTHORS: (1 - others) * authors,
        OTHERS: others,
    }


def listed(name: str, found: Sequence[Candidate]) -> Listed:
    """What the index put forward."""
    return Listed(name, [str(one.id) for one in found], [one.score for one in found])


def scored(name: str, found: Sequence[tuple[str, float]]) -> Listed:
    """Points with scores, the best first."""
    return Listed(name, [point for point, _ in found], [score for _, score in found])


def _by_any(names: Mapping[str, float]) -> models.Condition:
    return models.Filter(
        should=[
            models.FieldCondition(key=PARTS, match=models.MatchPhrase(phrase=name))
            for name in names
        ]
    )


def _request(
    query: list[float] | models.SparseVector, using: str, must: list[models.Condition]
) -> models.QueryRequest:
    return models.QueryRequest(
        query=query,
        using=using,
        filter=all_of(must),
        params=SEARCH if using == DENSE else None,
        limit=RECIPE.candidates,
    )
