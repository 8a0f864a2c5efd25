"""Reads other than queries: retrieve, scroll, count, facet."""

from typing import Any, Literal

import qdrant_edge as engine
from msgspec import Struct

from standalone.vectors.conditions import Condition, PointId
from standalone.vectors.errors import engine_call, invalid, not_found
from standalone.vectors.filters import engine_filter
from standalone.vectors.payloads import WithPayload, WithVector, payload_selector, record


class Order(Struct):
    """Order by a payload field that has a range index."""

    key: str
    direction: Literal["asc", "desc"] | None = None
    start_from: float | int | str | None = None


class Retrieve(Struct):
    """Points by id."""

    ids: list[PointId]
    with_payload: WithPayload = True
    with_vector: WithVector = False


class Scroll(Struct):
    """Points page by page, by id or in an order."""

    offset: PointId | None = None
    limit: int | None = None
    filter: Condition | None = None
    with_payload: WithPayload = True
    with_vector: WithVector = False
    order_by: str | Order | None = None


class Count(Struct):
    """How many points there are."""

    filter: Condition | None = None
    exact: bool | None = None


class Facet(Struct):
    """How often each value of a payload field occurs."""

    key: str
    limit: int | None = None
    filter: Condition | None = None
    exact: bool | None = None


def page_size(limit: int | None) -> int:
    """The limit or its default of 10. Raises RequestError."""
    if limit is not None and limit < 1:
        raise invalid(f"limit: value {limit} invalid, must be 1 or larger")
    return limit or 10


def engine_order(order: str | Order) -> Any:
    """The engine's order."""
    if isinstance(order, str):
        return engine.OrderBy(order)
    down = order.direction == "desc"
    direction = engine.Direction.Desc if down else engine.Direction.Asc
    return engine.OrderBy(order.key, direction, order.start_from)


def retrieve(shard: Any, body: Retrieve) -> list[dict[str, Any]]:
    """The points that exist, in the order asked for. Raises RequestError."""
    unique = list(dict.fromkeys(body.ids))
    with engine_call:
        found = shard.retrieve(unique, payload_selector(body.with_payload), body.with_vector)
    places = {str(id_): place for place, id_ in enumerate(unique)}
    found.sort(key=lambda point: places.get(str(point.id), len(places)))
    return [record(point) for point in found]


def get_point(shard: Any, point_id: str) -> dict[str, Any]:
    """One point with payload and vectors. Raises RequestError."""
    given = int(point_id) if point_id.isdecimal() else point_id
    found = retrieve(shard, Retrieve([given], with_vector=True))
    if not found:
        raise not_found(f"Point with id {point_id} does not exists!")
    return found[0]


def scroll(shard: Any, body: Scroll) -> dict[str, Any]:
    """One page and where the next begins. Raises RequestError."""
    limit = page_size(body.limit)
    ordered = body.order_by is not None
    if ordered and body.offset is not None:
        raise invalid("cannot use an `offset` when using `order_by`: use `order_by.start_from`")
    with engine_call:
        points, after = shard.scroll(
            engine.ScrollRequest(
                offset=body.offset,
                limit=limit,
                filter=engine_filter(body.filter),
                with_payload=payload_selector(body.with_payload),
                with_vector=body.with_vector,
                order_by=None if body.order_by is None else engine_order(body.order_by),
            )
        )
    following = None if ordered else after
    return {"points": [record(point) for point in points], "next_page_offset": following}


def count(shard: Any, body: Count) -> dict[str, int]:
    """The number of points. Raises RequestError."""
    exact = body.exact is not False
    with engine_call:
        return {"count": shard.count(engine.CountRequest(exact, engine_filter(body.filter)))}


def facet(shard: Any, body: Facet) -> dict[str, Any]:
    """Values and their counts, most frequent first. Raises RequestError."""
    limit, exact = page_size(body.limit), bool(body.exact)
    with engine_call:
        request = engine.FacetRequest(body.key, limit, exact, engine_filter(body.filter))
        hits = shard.facet(request).hits
    return {"hits": [{"value": hit.value, "count": hit.count} for hit in hits]}
