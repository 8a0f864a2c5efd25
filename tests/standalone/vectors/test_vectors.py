"""Vectors are checked against the collection before the engine sees them."""

from typing import Any

import pytest

from standalone.vectors.config import CollectionConfig, SparseParams
from standalone.vectors.errors import RequestError
from standalone.vectors.vectors import Shapes, sparse_vector

SHAPES = Shapes(
    CollectionConfig(
        vectors={
            "d": {"size": 2, "distance": "Dot"},
            "m": {"size": 2, "distance": "Dot", "multivector_config": {"comparator": "max_sim"}},
        },
        sparse_vectors={"s": SparseParams()},
    )
)


def test_vectors_that_fit_pass() -> None:
    given: dict[str, Any] = {"d": [1, 2], "m": [[1, 2]], "s": {"indices": [3], "values": [0.5]}}
    made = SHAPES.point_vector(given)
    assert (made["d"], made["m"]) == ([1, 2], [[1, 2]])
    assert (made["s"].indices, made["s"].values) == ([3], [0.5])
    assert SHAPES.point_vector({"m": [1.0, 2.0]}) == {"m": [[1.0, 2.0]]}
    unnamed = Shapes(CollectionConfig(vectors={"size": 3, "distance": "Cosine"}))
    assert unnamed.point_vector([1.0, 2.0, 3.0]) == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ([1.0, 2.0], "Not existing vector name"),
        ({"d": [1.0]}, "expected dim: 2, got 1"),
        ({"d": [[1.0], [2.0]]}, "multi and regular"),
        ({"m": [[1.0, 2.0], [1.0]]}, "expected dim: 2, got 1"),
        ({"m": []}, "expected dim: 2, got 0"),
        ({"no": [1.0]}, "Not existing vector name error: no"),
        ({"s": [1.0]}, "is sparse"),
        ({"d": {"indices": [], "values": []}}, "is dense"),
        ({"s": {"indices": [1, 1], "values": [1, 2]}}, "must be unique"),
        ({"s": {"indices": [1], "values": [1, 2]}}, "same length"),
        ({"d": "text"}, "neither a list"),
        ({"d": {"text": "x", "model": "y"}}, "neither a list"),
    ],
)
def test_vectors_that_do_not_fit_are_refused(given: Any, part: str) -> None:
    with pytest.raises(RequestError, match=part):
        SHAPES.point_vector(given)


def test_unknown_names_and_half_sparse_vectors_are_refused() -> None:
    SHAPES.require(["d", "s"])
    with pytest.raises(RequestError, match="no"):
        SHAPES.require(["d", "no"])
    with pytest.raises(RequestError, match="list of indices"):
        sparse_vector([1], None)
