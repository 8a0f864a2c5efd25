"""Vectors of a request: checked against the collection and given to the engine."""

from typing import Any

import qdrant_edge as engine

from standalone.vectors.config import CollectionConfig
from standalone.vectors.errors import RequestError, bad_body, invalid, wrong_input

# A list of numbers, a list of such lists, or vectors by name.
VectorIn = list[float | list[float]] | dict[str, Any]


class Shapes:
    """The vectors a collection has; checks come before the engine, so that a write is all or none.

    The engine applies the good points of a batch before it refuses the bad one.
    """

    def __init__(self, config: CollectionConfig) -> None:
        self.dense = config.dense()
        self.sparse = frozenset(config.sparse())

    def point_vector(self, given: VectorIn) -> Any:
        """The vectors of one point. Raises RequestError."""
        if isinstance(given, list):
            return self._dense("", given)
        return {name: self._named(name, vector) for name, vector in given.items()}

    def require(self, names: list[str]) -> None:
        """Raise RequestError unless the collection has all these vectors."""
        for name in names:
            if name not in self.dense and name not in self.sparse:
                raise wrong_input(f"Not existing vector name error: {name}")

    def _named(self, name: str, vector: Any) -> Any:
        if isinstance(vector, list):
            return self._dense(name, vector)
        if isinstance(vector, dict) and "indices" in vector:
            if name not in self.sparse:
                self.require([name])
                raise wrong_input(f"Vector `{name}` is dense, and a sparse one was given")
            return sparse_vector(vector.get("indices"), vector.get("values"))
        raise bad_body(f"vector `{name}` is neither a list of numbers nor indices and values")

    def _dense(self, name: str, vector: list[Any]) -> Any:
        params = self.dense.get(name)
        if params is None:
            if name in self.sparse:
                raise wrong_input(f"Vector `{name}` is sparse, and a dense one was given")
            raise wrong_input(f"Not existing vector name error: {name}")
        if params.multivector_config is None:
            _same_size(vector, params.size)
            return vector
        rows = vector if vector and isinstance(vector[0], list) else [vector]
        for row in rows:
            _same_size(row, params.size)
        return rows


def _same_size(vector: list[Any], size: int) -> None:
    if len(vector) != size:
        raise wrong_input(f"Vector dimension error: expected dim: {size}, got {len(vector)}")
    if vector and isinstance(vector[0], list):
        raise wrong_input("Conversion between multi and regular vectors failed")


def sparse_vector(indices: Any, values: Any) -> Any:
    """The engine's sparse vector. Raises RequestError."""
    if not isinstance(indices, list) or not isinstance(values, list):
        raise bad_body("a sparse vector has a list of indices and a list of values")
    if len(indices) != len(values):
        raise invalid("indices: must be the same length as values")
    if len(set(indices)) != len(indices):
        raise invalid("indices: must be unique")
    return engine.SparseVector(indices, values)


def no_inference() -> RequestError:
    """This server has no embedding models."""
    return wrong_input("Inference is not available here: send vectors, not texts or images")
