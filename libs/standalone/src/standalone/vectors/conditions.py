"""The JSON of filters and their conditions."""

from typing import Annotated

from msgspec import Meta, Struct, field

PointId = Annotated[int, Meta(ge=0)] | str
Bound = float | str | None


class Match(Struct, forbid_unknown_fields=True):
    """How a payload value is compared; exactly one field is set."""

    value: bool | int | str | None = None
    text: str | None = None
    text_any: str | None = None
    phrase: str | None = None
    prefix: str | None = None
    substring: str | None = None
    any: list[int | str] | None = None
    except_: list[int | str] | None = field(default=None, name="except")


class Range(Struct, forbid_unknown_fields=True):
    """Bounds as numbers, or as RFC 3339 times."""

    lt: Bound = None
    gt: Bound = None
    gte: Bound = None
    lte: Bound = None


class Counts(Struct, forbid_unknown_fields=True):
    """Bounds on the number of values."""

    lt: int | None = None
    gt: int | None = None
    gte: int | None = None
    lte: int | None = None


class Coordinates(Struct):
    """A point on the globe."""

    lon: float
    lat: float


class Box(Struct):
    """A geographic rectangle."""

    top_left: Coordinates
    bottom_right: Coordinates


class Circle(Struct):
    """A geographic circle, radius in metres."""

    center: Coordinates
    radius: float


class Line(Struct):
    """A closed line of points."""

    points: list[Coordinates]


class Polygon(Struct):
    """A geographic polygon with holes."""

    exterior: Line
    interiors: list[Line] | None = None


class Key(Struct):
    """A payload field."""

    key: str


class Slice(Struct):
    """One of `total` disjoint parts of the id space."""

    total: int
    index: int


class MinShould(Struct):
    """At least so many of the conditions hold."""

    conditions: "list[Condition]"
    min_count: int


class Nested(Struct):
    """A filter that one element of an array fulfils."""

    key: str
    filter: "Condition"


class Condition(Struct, forbid_unknown_fields=True):
    """Any condition, or a filter: the fields that are set say which."""

    key: str | None = None
    match: Match | None = None
    range: Range | None = None
    geo_bounding_box: Box | None = None
    geo_radius: Circle | None = None
    geo_polygon: Polygon | None = None
    values_count: Counts | None = None
    is_empty: bool | Key | None = None
    is_null: bool | Key | None = None
    has_id: list[PointId] | None = None
    has_vector: str | None = None
    nested: Nested | None = None
    slice: Slice | None = None
    must: "list[Condition] | Condition | None" = None
    should: "list[Condition] | Condition | None" = None
    must_not: "list[Condition] | Condition | None" = None
    min_should: MinShould | None = None
