"""What of a point is returned, and its JSON."""

from typing import Any

import msgspec
import qdrant_edge as engine
from msgspec import Struct


class Fields(Struct, forbid_unknown_fields=True):
    """Payload keys to return, or to leave out."""

    include: list[str] | None = None
    exclude: list[str] | None = None


WithPayload = bool | list[str] | Fields | None
WithVector = bool | list[str] | None


def payload_selector(given: WithPayload) -> Any:
    """The engine's selector."""
    if not isinstance(given, Fields):
        return given
    if given.include is not None:
        return engine.PayloadSelector.Include(given.include)
    return engine.PayloadSelector.Exclude(given.exclude or [])


def record(point: Any) -> dict[str, Any]:
    """A point as JSON."""
    out = {"id": point.id, "payload": point.payload}
    if point.vector is not None:
        out["vector"] = point.vector
    if point.order_value is not None:
        out["order_value"] = point.order_value
    return out


def scored(point: Any) -> dict[str, Any]:
    """A point with its score as JSON."""
    return {"version": point.version, "score": point.score, **record(point)}


def _plain(value: Any) -> Any:
    if isinstance(value, engine.SparseVector):
        return {"indices": value.indices, "values": value.values}
    raise NotImplementedError(f"{type(value).__name__} has no JSON")


encode = msgspec.json.Encoder(enc_hook=_plain).encode
"""JSON of an answer, with the engine's sparse vectors in it."""
