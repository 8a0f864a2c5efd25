"""Targets of a query: vectors given, or those of points that are named by id."""

from collections.abc import Callable
from typing import Any

import qdrant_edge as engine

from standalone.vectors.errors import bad_body, engine_call, not_found, wrong_input
from standalone.vectors.query_json import Lookup, Target
from standalone.vectors.vectors import no_inference, sparse_vector

Shards = Callable[[str | None], Any]
"""The shard of a collection; None is the one that is queried."""


class Targets:
    """Looks up the vectors of one stage, and remembers which points it named."""

    def __init__(self, shards: Shards, using: str, lookup: Lookup | None) -> None:
        self._shard = shards(lookup.collection if lookup else None)
        self._name = (lookup.vector or using) if lookup else using
        self._elsewhere = lookup is not None
        self.named: list[int | str] = []
        """Points of this collection used as examples: they are no results."""

    def vector(self, target: Target) -> Any:
        """The vector a target stands for. Raises RequestError."""
        if isinstance(target, list):
            return target
        if isinstance(target, dict):
            if "indices" in target:
                return sparse_vector(target["indices"], target.get("values"))
            raise no_inference() if "model" in target else bad_body("not a vector or a point id")
        return self._stored(target)

    def _stored(self, point_id: int | str) -> Any:
        with engine_call:
            found = self._shard.retrieve([point_id], False, [self._name])
        if not found:
            raise not_found(f"No point with id {point_id} found")
        vectors = found[0].vector
        vector = vectors if isinstance(vectors, list) else (vectors or {}).get(self._name)
        if vector is None:
            raise wrong_input(f"Point {point_id} does not have a vector `{self._name}`")
        if not self._elsewhere:
            self.named.append(point_id)
        return vector


def average(positive: list[Any], negative: list[Any]) -> Any:
    """The vector that `average_vector` searches for: twice the mean liked, less the disliked.

    Raises:
        RequestError: there is nothing to be like.
    """
    if not positive:
        raise wrong_input("At least one positive vector ID required with this strategy")
    if isinstance(positive[0], engine.SparseVector):
        return _sparse_average(positive, negative)
    if positive[0] and isinstance(positive[0][0], list):
        rows = [row for vector in positive for row in vector]
        return rows + [[-x for x in row] for vector in negative for row in vector]
    liked = _mean(positive)
    if not negative:
        return liked
    return [2 * like - no for like, no in zip(liked, _mean(negative), strict=True)]


def _mean(vectors: list[list[float]]) -> list[float]:
    if len({len(vector) for vector in vectors}) != 1:
        raise wrong_input("Vector dimension error: the examples differ in size")
    return [sum(column) / len(vectors) for column in zip(*vectors, strict=True)]


def _sparse_average(positive: list[Any], negative: list[Any]) -> Any:
    total: dict[int, float] = {}
    factor = 2 / len(positive) if negative else 1 / len(positive)
    for vectors, weight in ((positive, factor), (negative, -1 / max(len(negative), 1))):
        for vector in vectors:
            for index, value in zip(vector.indices, vector.values, strict=True):
                total[index] = total.get(index, 0.0) + weight * value
    return engine.SparseVector(list(total), list(total.values()))
