"""What a dashboard is, in our own words; pure."""

from typing import Literal, NamedTuple

import msgspec

Kind = Literal["timeseries", "stat", "bargauge", "table", "state-timeline"]
GREEN, YELLOW, ORANGE, RED, BLUE = "green", "yellow", "orange", "red", "blue"


class Query(NamedTuple):
    """What is asked of Prometheus, and how its answers are called."""

    expr: str
    legend: str = ""


class Column(NamedTuple):
    """A column of a table: a label, or ``Value #A`` for the first query."""

    field: str
    title: str
    unit: str = ""
    steps: tuple[tuple[float, str], ...] = ()


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """One picture. ``steps`` are values from which a colour holds; before the first it is green."""

    title: str
    about: str
    queries: tuple[Query, ...] = ()
    kind: Kind = "timeseries"
    unit: str = "short"
    width: int = 8
    height: int = 8
    steps: tuple[tuple[float, str], ...] = ()
    first: str = GREEN
    stack: bool = False
    bars: bool = False
    decimals: int | None = None
    least: float | None = 0
    most: float | None = None
    empty: str = ""
    """Shown where nothing is known."""
    names: tuple[tuple[float, str], ...] = ()
    """Words in place of values."""
    columns: tuple[Column, ...] = ()
    sort: str = ""
    """Title of the column of a table whose largest value comes first."""


class Stat(Panel, frozen=True, kw_only=True):
    """One number, with its course behind it."""

    kind: Kind = "stat"
    width: int = 4
    height: int = 4


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Panels under one heading; a closed one asks nothing until it is opened."""

    title: str
    panels: tuple[Panel, ...]
    closed: bool = False


class Dashboard(msgspec.Struct, frozen=True, kw_only=True):
    """One page."""

    name: str
    title: str
    about: str
    rows: tuple[Row, ...]
    span: str = "6h"
