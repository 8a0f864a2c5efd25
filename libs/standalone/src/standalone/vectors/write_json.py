"""The JSON of writes to points."""

from typing import Any, Literal

from msgspec import Struct

from standalone.vectors.conditions import Condition, PointId
from standalone.vectors.vectors import VectorIn


class PointIn(Struct):
    """A point to store."""

    id: PointId
    vector: VectorIn
    payload: dict[str, Any] | None = None


class Columns(Struct):
    """Points to store, by column."""

    ids: list[PointId]
    vectors: list[VectorIn] | dict[str, list[Any]]
    payloads: list[dict[str, Any] | None] | None = None


class Upsert(Struct):
    """Points to store, as a list or by column."""

    points: list[PointIn] | None = None
    batch: Columns | None = None
    update_filter: Condition | None = None
    update_mode: Literal["upsert", "insert_only", "update_only"] | None = None


class Selector(Struct):
    """Points by id or by filter."""

    points: list[PointId] | None = None
    filter: Condition | None = None


class SetPayload(Selector, kw_only=True):
    """Payload for points."""

    payload: dict[str, Any]
    key: str | None = None


class DeletePayload(Selector, kw_only=True):
    """Payload keys to remove."""

    keys: list[str]


class DeleteVectors(Selector, kw_only=True):
    """Names of vectors to remove."""

    vector: list[str]


class NewVectors(Struct):
    """New vectors of one point."""

    id: PointId
    vector: VectorIn


class UpdateVectors(Struct):
    """New vectors of points that exist."""

    points: list[NewVectors]
    update_filter: Condition | None = None


class Batched(Struct):
    """One of several writes that are sent together."""

    upsert: Upsert | None = None
    delete: Selector | None = None
    set_payload: SetPayload | None = None
    overwrite_payload: SetPayload | None = None
    delete_payload: DeletePayload | None = None
    clear_payload: Selector | None = None
    update_vectors: UpdateVectors | None = None
    delete_vectors: DeleteVectors | None = None


class Batch(Struct):
    """Several writes, applied in order."""

    operations: list[Batched]
