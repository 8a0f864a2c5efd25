"""The vector that stands for liked and disliked examples."""

import pytest
import qdrant_edge as engine

from standalone.vectors.errors import RequestError
from standalone.vectors.targets import average


def test_average_of_dense_vectors() -> None:
    assert average([[1.0, 0.0], [3.0, 2.0]], []) == [2.0, 1.0]
    assert average([[1.0, 0.0]], [[0.0, 1.0], [0.0, 3.0]]) == [2.0, -2.0]


def test_average_of_sparse_vectors() -> None:
    liked = [engine.SparseVector([1, 2], [1.0, 2.0]), engine.SparseVector([2], [2.0])]
    plain = average(liked, [])
    assert dict(zip(plain.indices, plain.values, strict=True)) == {1: 0.5, 2: 2.0}
    less = average(liked, [engine.SparseVector([3], [1.0])])
    assert dict(zip(less.indices, less.values, strict=True)) == {1: 1.0, 2: 4.0, 3: -1.0}


def test_average_of_multi_vectors_joins_the_rows() -> None:
    assert average([[[1.0, 2.0]]], [[[3.0, 4.0]]]) == [[1.0, 2.0], [-3.0, -4.0]]


def test_average_needs_an_example_of_one_size() -> None:
    with pytest.raises(RequestError, match="positive"):
        average([], [[1.0]])
    with pytest.raises(RequestError, match="differ in size"):
        average([[1.0], [1.0, 2.0]], [])
