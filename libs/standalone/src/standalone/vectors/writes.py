"""Writes to points: the engine's operations they stand for."""

from typing import Any

import qdrant_edge as engine

from standalone.vectors.errors import bad_body, engine_call, invalid
from standalone.vectors.filters import engine_filter
from standalone.vectors.vectors import Shapes, VectorIn
from standalone.vectors.write_json import (
    Batch,
    DeletePayload,
    DeleteVectors,
    PointIn,
    Selector,
    SetPayload,
    UpdateVectors,
    Upsert,
)

Operations = engine.UpdateOperation
_MODES = {"insert_only": "InsertOnly", "update_only": "UpdateOnly", "upsert": "Upsert"}


def upsert(body: Upsert, shapes: Shapes) -> Any:
    """Store points. Raises RequestError."""
    points = _points(body)
    with engine_call:
        return Operations.upsert_points(
            [engine.Point(p.id, shapes.point_vector(p.vector), p.payload) for p in points],
            condition=engine_filter(body.update_filter),
            update_mode=body.update_mode and getattr(engine.UpdateMode, _MODES[body.update_mode]),
        )


def _points(body: Upsert) -> list[PointIn]:
    if body.points is not None:
        return body.points
    if body.batch is None:
        raise bad_body("neither `points` nor `batch` is given")
    columns = body.batch
    size = len(columns.ids)
    vectors = _rows(columns.vectors, size)
    payloads = columns.payloads if columns.payloads is not None else [None] * size
    if not len(vectors) == len(payloads) == size:
        raise invalid("batch: ids, vectors and payloads must have the same length")
    return [PointIn(i, v, p) for i, v, p in zip(columns.ids, vectors, payloads, strict=True)]


def _rows(vectors: list[VectorIn] | dict[str, list[Any]], size: int) -> list[VectorIn]:
    if isinstance(vectors, list):
        return vectors
    if any(len(column) != size for column in vectors.values()):
        raise invalid("batch: ids and vectors must have the same length")
    return [{name: column[i] for name, column in vectors.items()} for i in range(size)]


def _selected(body: Selector, name: str, *extra: Any) -> Any:
    """The operation `name`, on the ids given or on the points of the filter."""
    with engine_call:
        if body.points is not None:
            return getattr(Operations, name)(body.points, *extra)
        if body.filter is not None:
            return getattr(Operations, f"{name}_by_filter")(engine_filter(body.filter), *extra)
    raise invalid("either a list of ids or a filter must be provided")


def delete(body: Selector, _shapes: Shapes) -> Any:
    """Remove points. Raises RequestError."""
    return _selected(body, "delete_points")


def set_payload(body: SetPayload, _shapes: Shapes) -> Any:
    """Set some keys of the payload. Raises RequestError."""
    return _selected(body, "set_payload", body.payload, body.key)


def overwrite_payload(body: SetPayload, _shapes: Shapes) -> Any:
    """Replace the whole payload. Raises RequestError."""
    return _selected(body, "overwrite_payload", body.payload, body.key)


def delete_payload(body: DeletePayload, _shapes: Shapes) -> Any:
    """Remove keys of the payload. Raises RequestError."""
    return _selected(body, "delete_payload", body.keys)


def clear_payload(body: Selector, _shapes: Shapes) -> Any:
    """Remove the whole payload. Raises RequestError."""
    return _selected(body, "clear_payload")


def delete_vectors(body: DeleteVectors, shapes: Shapes) -> Any:
    """Remove vectors by name. Raises RequestError."""
    shapes.require(body.vector)
    return _selected(body, "delete_vectors", body.vector)


def update_vectors(body: UpdateVectors, shapes: Shapes) -> Any:
    """Replace vectors and leave the others. Raises RequestError."""
    with engine_call:
        return Operations.update_vectors(
            [engine.PointVectors(p.id, shapes.point_vector(p.vector)) for p in body.points],
            condition=engine_filter(body.update_filter),
        )


_MAKERS: dict[str, Any] = {
    make.__name__: make
    for make in (
        upsert,
        delete,
        set_payload,
        overwrite_payload,
        delete_payload,
        clear_payload,
        update_vectors,
        delete_vectors,
    )
}


def batch(body: Batch, shapes: Shapes) -> list[Any]:
    """The operations of a batch, in order. Raises RequestError."""
    made = []
    for item in body.operations:
        given = [(name, getattr(item, name)) for name in _MAKERS if getattr(item, name)]
        if len(given) != 1:
            raise bad_body("each operation has exactly one kind")
        name, part = given[0]
        made.append(_MAKERS[name](part, shapes))
    return made
