"""What other people like who like the same. Pure.

A walk of two steps, from papers to the people who like them and on to what else these like
(Paudel et al., 2017, doi:10.1145/2955101), made for one person at a time: nothing is computed
beforehand but two lists, 8 bytes for each like.
"""

import copy
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from common.recommending.recipe import RECIPE

Numbers = NDArray[np.int32]


class _Lists(NamedTuple):
    """Lists of numbers, one behind the other."""

    flat: Numbers
    starts: NDArray[np.int64]

    def of(self, rows: NDArray[np.intp]) -> tuple[Numbers, NDArray[np.int64]]:
        """The lists of some rows joined, and how long each is."""
        begin, lengths = self.starts[rows], self.starts[rows + 1] - self.starts[rows]
        first = np.repeat(begin - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
        return self.flat[first + np.arange(len(first))], lengths


class Suggested(NamedTuple):
    """A paper that people like who like the same."""

    paper: str
    score: float


class Others:
    """Who likes what; a person is one collection of papers."""

    def __init__(self, likes: Iterable[Collection[str]]) -> None:
        people = [list(dict.fromkeys(papers)) for papers in likes]
        self.papers = sorted({paper for papers in people for paper in papers})
        self._number = {paper: number for number, paper in enumerate(self.papers)}
        self.people = len(people)
        person = np.repeat(np.arange(len(people)), [len(papers) for papers in people])
        flat = (self._number[paper] for papers in people for paper in papers)
        paper_of = np.fromiter(flat, np.int32, len(person))
        self._liked_by = _grouped(paper_of, person.astype(np.int32), len(self.papers))
        self._likes = _grouped(person.astype(np.int32), paper_of, len(people))
        self.popularity = np.diff(self._liked_by.starts)
        """How many people like each of ``papers``."""
        self._own = -1

    def but(self, own: int) -> "Others":
        """The same without one of the people, who must not be their own witness."""
        rest = copy.copy(self)
        rest._own = own
        rest.popularity = self.popularity.copy()
        rest.popularity[self._likes.of(np.array([own]))[0]] -= 1
        return rest

    def suggested(
        self,
        liked: Sequence[str],
        weights: Sequence[float] = (),
        *,
        limit: int = RECIPE.candidates,
    ) -> list[Suggested]:
        """What those like who like the same, the best first, without the liked themselves."""
        known, weight = self._known(liked, weights)
        near = self._near(known, weight)
        people = np.flatnonzero(near)
        if not len(people):
            return []
        papers, lengths = self._likes.of(people)
        walked = np.bincount(papers, np.repeat(near[people], lengths), len(self.papers))
        score = walked * np.maximum(self.popularity, 1.0) ** -RECIPE.walk_popular
        score[known] = 0
        order = np.lexsort((np.arange(len(score)), -score))[:limit]
        return [Suggested(self.papers[at], float(score[at])) for at in order if score[at] > 0]

    def support(self, liked: Sequence[str]) -> float:
        """The part of liked papers that are liked by somebody who likes another of them too."""
        known, _ = self._known(liked, ())
        if not len(known):
            return 0.0
        people, lengths = self._liked_by.of(known)
        common = np.bincount(people, minlength=self.people)
        if self._own >= 0:
            common[self._own] = 0
        papers = np.repeat(np.arange(len(known)), lengths)
        return len(np.unique(papers[common[people] > 1])) / len(liked)

    def witnesses(self, liked: Sequence[str], paper: str) -> int:
        """How many people like ``paper`` and one of the liked ones."""
        if paper not in self._number:
            return 0
        known, _ = self._known(liked, ())
        near = np.unique(self._liked_by.of(known)[0])
        both = np.intersect1d(near, self._liked_by.of(np.array([self._number[paper]]))[0])
        return int((both != self._own).sum())

    def _known(
        self, liked: Sequence[str], weights: Sequence[float]
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        pairs = zip(liked, weights or [1.0] * len(liked), strict=True)
        found = {self._number[paper]: weight for paper, weight in pairs if paper in self._number}
        numbers = np.fromiter(found, np.intp, len(found))
        return numbers, np.fromiter(found.values(), np.float64, len(found))

    def _near(self, known: NDArray[np.intp], weight: NDArray[np.float64]) -> NDArray[np.float64]:
        """How much each person has in common with the likes."""
        people, lengths = self._liked_by.of(known)
        step = weight * np.maximum(self.popularity[known], 1.0) ** -RECIPE.walk_item
        near = np.bincount(people, np.repeat(step, lengths), self.people)
        if self._own >= 0:
            near[self._own] = 0
        size = np.maximum(np.diff(self._likes.starts), 1.0)
        result: NDArray[np.float64] = (near * size**-RECIPE.walk_person) ** RECIPE.walk_near
        return result


def _grouped(keys: Numbers, values: Numbers, count: int) -> _Lists:
    order = np.argsort(keys, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(keys, minlength=count))))
    return _Lists(values[order], starts.astype(np.int64))


NOBODY = Others(())
