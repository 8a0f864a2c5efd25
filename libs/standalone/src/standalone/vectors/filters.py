"""Filters: the JSON of a condition into the engine's conditions."""

from collections.abc import Iterable
from typing import Any

import qdrant_edge as engine

from standalone.vectors.conditions import (
    Box,
    Circle,
    Condition,
    Coordinates,
    Counts,
    Key,
    Match,
    MinShould,
    Polygon,
    Range,
)
from standalone.vectors.errors import bad_body


def engine_filter(filter_: Condition | None) -> Any:
    """The engine's filter, or None."""
    if filter_ is None:
        return None
    return engine.Filter(
        must=_clause(filter_.must),
        should=_clause(filter_.should),
        must_not=_clause(filter_.must_not),
        min_should=_at_least(filter_.min_should),
    )


def _at_least(given: MinShould | None) -> Any:
    if given is None:
        return None
    return engine.MinShould([condition(c) for c in given.conditions], given.min_count)


def excluding(filter_: Any, ids: Iterable[int | str]) -> Any:
    """The filter, and none of these points."""
    gone = engine.Filter(must_not=[engine.HasIdCondition(set(ids))])
    return gone if filter_ is None else engine.Filter(must=[filter_, gone])


def _clause(part: list[Condition] | Condition | None) -> list[Any] | None:
    if part is None:
        return None
    return [condition(c) for c in (part if isinstance(part, list) else [part])]


def condition(given: Condition) -> Any:
    """The engine's condition. Raises RequestError."""
    if given.key is not None:
        return _field(given, given.key)
    if isinstance(given.is_empty, Key):
        return engine.IsEmptyCondition(given.is_empty.key)
    if isinstance(given.is_null, Key):
        return engine.IsNullCondition(given.is_null.key)
    if given.has_id is not None:
        return engine.HasIdCondition(set(given.has_id))
    if given.has_vector is not None:
        return engine.HasVectorCondition(given.has_vector)
    if given.nested is not None:
        return engine.NestedCondition(given.nested.key, engine_filter(given.nested.filter))
    if given.slice is not None:
        return engine.SliceCondition(given.slice.total, given.slice.index)  # type: ignore[attr-defined]
    return engine_filter(given)


def _field(given: Condition, key: str) -> Any:
    if isinstance(given.is_empty, Key) or isinstance(given.is_null, Key):
        raise bad_body(f"condition on `{key}`: is_empty and is_null take true or false here")
    return engine.FieldCondition(
        key,
        match=_match(given.match),
        range=_range(given.range),
        geo_bounding_box=_box(given.geo_bounding_box),
        geo_radius=_circle(given.geo_radius),
        geo_polygon=_polygon(given.geo_polygon),
        values_count=_counts(given.values_count),
        is_empty=given.is_empty,
        is_null=given.is_null,
    )


class _Flag:
    """A truth value that the engine takes for one: it takes Python's own for the integer 0 or 1.

    Of other types it only asks numpy's bool, which it knows by name.
    """

    def __init__(self, value: bool) -> None:
        self._value = value

    def __bool__(self) -> bool:
        return self._value


_Flag.__module__, _Flag.__qualname__, _Flag.__name__ = "numpy", "bool_", "bool_"


def _plain(value: bool | int | str | None) -> Any:
    return _Flag(value) if isinstance(value, bool) else value


def _match(match: Match | None) -> Any:
    if match is None:
        return None
    makers: tuple[tuple[Any, Any], ...] = (
        (_plain(match.value), engine.MatchValue),
        (match.text, engine.MatchText),
        (match.text_any, engine.MatchTextAny),
        (match.phrase, engine.MatchPhrase),
        (match.prefix, engine.MatchPrefix),
        (match.substring, engine.MatchSubstring),
        (match.any, engine.MatchAny),
        (match.except_, engine.MatchExcept),
    )
    made = [make(value) for value, make in makers if value is not None]
    if len(made) != 1:
        raise bad_body("match takes exactly one of value, text, text_any, phrase, any, except …")
    return made[0]


def _range(range_: Range | None) -> Any:
    if range_ is None:
        return None
    bounds = {name: getattr(range_, name) for name in ("gte", "gt", "lte", "lt")}
    given = [bound for bound in bounds.values() if bound is not None]
    texts = [bound for bound in given if isinstance(bound, str)]
    if texts and len(texts) != len(given):
        raise bad_body("a range is of numbers or of times, not both")
    return engine.RangeDateTime(**bounds) if texts else engine.RangeFloat(**bounds)


def _counts(counts: Counts | None) -> Any:
    return counts and engine.ValuesCount(lt=counts.lt, gt=counts.gt, lte=counts.lte, gte=counts.gte)


def geo_point(point: Coordinates) -> Any:
    """The engine's point on the globe."""
    return engine.GeoPoint(point.lon, point.lat)


def _box(box: Box | None) -> Any:
    return box and engine.GeoBoundingBox(geo_point(box.top_left), geo_point(box.bottom_right))


def _circle(circle: Circle | None) -> Any:
    return circle and engine.GeoRadius(geo_point(circle.center), circle.radius)


def _polygon(polygon: Polygon | None) -> Any:
    if polygon is None:
        return None
    holes = [[geo_point(p) for p in line.points] for line in polygon.interiors or []]
    return engine.GeoPolygon([geo_point(p) for p in polygon.exterior.points], holes)
