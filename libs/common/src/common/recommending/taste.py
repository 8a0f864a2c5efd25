"""What somebody's liked papers have in common: a direction, words, names. Pure.

A linear model is a dot product, so what is learned here is asked of the index as a query.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from common.bm25 import Sparse
from common.recommending.background import Background, Matrix
from common.recommending.recipe import RECIPE


def direction(
    liked: Matrix, weights: Sequence[float], disliked: Matrix, background: Background
) -> Matrix | None:
    """Where liked papers lie, away from the usual and from the disliked; 1 × dim of length 1.

    The linear discriminant of two normal distributions: what tells the liked from the usual,
    with what varies among all papers counted little. None when nothing tells them apart.
    """
    wanted = np.average(liked, axis=0, weights=weights) - background.mean
    if len(disliked):
        wanted = wanted - RECIPE.refused * (disliked.mean(axis=0) - background.mean)
    found = background.spread @ wanted
    length = float(np.linalg.norm(found))
    if length < 1e-6:
        return None
    return (found / length).astype(np.float32)[None, :]


def words(
    liked: Sequence[Sparse],
    weights: Sequence[float],
    disliked: Sequence[Sparse],
    background: Background,
) -> Sparse:
    """The telling words of liked papers, weighted so that the store's idf makes it TF-IDF."""
    summed: defaultdict[int, float] = defaultdict(float)
    total = sum(weights) or 1.0
    for one, weight in zip(liked, weights, strict=True):
        for word, value in zip(one.indices, one.values, strict=True):
            summed[word] += value * weight / total
    for one in disliked:
        for word, value in zip(one.indices, one.values, strict=True):
            if word in summed:
                summed[word] -= RECIPE.refused * value / len(disliked)
    telling = {
        word: value**RECIPE.repeated * background.rarity(word)
        for word, value in summed.items()
        if value > 0
    }
    best = sorted(telling, key=lambda word: (-telling[word], word))[: RECIPE.terms]
    chosen = sorted(best)
    return Sparse(chosen, [telling[word] for word in chosen])


def names(liked: Sequence[Sequence[str]], weights: Sequence[float]) -> dict[str, float]:
    """Authors of liked papers, those of most of them first; what part of the likes each has."""
    share: defaultdict[str, float] = defaultdict(float)
    total = sum(weights) or 1.0
    for authors, weight in zip(liked, weights, strict=True):
        for name in set(authors):
            share[name] += weight / total
    best = sorted(share, key=lambda name: (-share[name], name))[: RECIPE.names]
    return {name: share[name] for name in best}


def shared(liked: Sequence[Sequence[str]]) -> float:
    """The part of liked papers that have an author in common with another one, 0 … 1."""
    papers = Counter(name for authors in liked for name in set(authors))
    common = [any(papers[name] > 1 for name in authors) for authors in liked]
    return sum(common) / len(common) if common else 0.0


def by_authors(
    found: Mapping[str, Sequence[str]], share: Mapping[str, float]
) -> list[tuple[str, float]]:
    """Papers by the names they bear, the best first; a name on many papers counts less."""
    often = Counter(name for authors in found.values() for name in set(authors) & share.keys())
    scores = {
        paper: sum(share[name] / often[name] ** 0.5 for name in set(authors) & share.keys())
        for paper, authors in found.items()
    }
    return sorted(
        ((paper, score) for paper, score in scores.items() if score > 0),
        key=lambda one: (-one[1], one[0]),
    )
