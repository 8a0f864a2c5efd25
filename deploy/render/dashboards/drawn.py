"""One panel as Grafana's JSON model has it; pure."""

import string
from collections.abc import Sequence
from typing import Any

from render.dashboards.colours import overrides_of
from render.dashboards.model import Column, Kind, Panel, Query

SOURCE = {"type": "prometheus", "uid": "${datasource}"}

_LEGEND = {"displayMode": "table", "placement": "bottom", "showLegend": True}
_LAST = {"calcs": ["lastNotNull"], "fields": "", "values": False}
_OPTIONS: dict[Kind, dict[str, Any]] = {
    "timeseries": {
        "legend": {**_LEGEND, "calcs": ["lastNotNull", "max"]},
        "tooltip": {"mode": "multi", "sort": "desc"},
    },
    "stat": {
        "colorMode": "value",
        "graphMode": "area",
        "justifyMode": "auto",
        "reduceOptions": _LAST,
        "textMode": "auto",
    },
    "bargauge": {
        "displayMode": "basic",
        "orientation": "horizontal",
        "reduceOptions": _LAST,
        "showUnfilled": True,
        "valueMode": "color",
    },
    "table": {"showHeader": True, "cellHeight": "sm"},
    "state-timeline": {
        "legend": {"showLegend": False},
        "mergeValues": True,
        "rowHeight": 0.8,
        "showValue": "never",
    },
}


def drawn(panel: Panel) -> dict[str, Any]:
    """A panel without its place."""
    body: dict[str, Any] = {
        "type": panel.kind,
        "title": panel.title,
        "description": panel.about,
        "datasource": SOURCE,
        "targets": [_target(panel, number, query) for number, query in enumerate(panel.queries)],
        "fieldConfig": {
            "defaults": _defaults(panel),
            "overrides": [*overrides_of(panel.queries), *_column_overrides(panel.columns)],
        },
        "options": _OPTIONS[panel.kind] | _sorted(panel),
    }
    if panel.kind == "table":
        body["transformations"] = _columns(panel.columns)
    return body


def _sorted(panel: Panel) -> dict[str, Any]:
    return {"sortBy": [{"displayName": panel.sort, "desc": True}]} if panel.sort else {}


def _target(panel: Panel, number: int, query: Query) -> dict[str, Any]:
    now = panel.kind in ("bargauge", "table")
    return {
        "refId": string.ascii_uppercase[number],
        "datasource": SOURCE,
        "editorMode": "code",
        "expr": query.expr,
        "legendFormat": query.legend or "__auto",
        "instant": now,
        "range": not now,
        "format": "table" if panel.kind == "table" else "time_series",
    }


def _defaults(panel: Panel) -> dict[str, Any]:
    by_steps = panel.kind in ("stat", "bargauge", "state-timeline")
    found: dict[str, Any] = {
        "unit": panel.unit,
        "color": {"mode": "thresholds" if by_steps else "palette-classic"},
        "thresholds": _thresholds(panel.first, panel.steps),
        "mappings": _mappings(panel),
    }
    if panel.empty:
        found["noValue"] = panel.empty
    bounds = {"min": panel.least, "max": panel.most, "decimals": panel.decimals}
    found |= {name: value for name, value in bounds.items() if value is not None}
    if panel.kind == "timeseries":
        found["custom"] = {
            "drawStyle": "bars" if panel.bars else "line",
            "lineWidth": 0 if panel.bars else 2,
            "fillOpacity": 80 if panel.bars else 35 if panel.stack else 8,
            "gradientMode": "none" if panel.bars else "opacity",
            "showPoints": "never",
            "spanNulls": 120_000,
            "stacking": {"mode": "normal" if panel.stack else "none", "group": "A"},
            "thresholdsStyle": {"mode": "dashed" if panel.steps else "off"},
        }
    elif panel.kind == "state-timeline":
        found["custom"] = {"fillOpacity": 85, "lineWidth": 0}
    return found


def _thresholds(first: str, steps: Sequence[tuple[float, str]]) -> dict[str, Any]:
    later = [{"color": colour, "value": value} for value, colour in steps]
    return {"mode": "absolute", "steps": [{"color": first, "value": None}, *later]}


def _mappings(panel: Panel) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if panel.names:
        said = {f"{value:g}": {"text": text} for value, text in panel.names}
        found.append({"type": "value", "options": said})
    if panel.empty:
        result = {"text": panel.empty, "color": "text"}
        found.append({"type": "special", "options": {"match": "null+nan", "result": result}})
    return found


def _columns(columns: Sequence[Column]) -> list[dict[str, Any]]:
    return [
        {"id": "merge", "options": {}},
        {
            "id": "filterFieldsByName",
            "options": {"include": {"names": [column.field for column in columns]}},
        },
        {
            "id": "organize",
            "options": {
                "indexByName": {column.field: place for place, column in enumerate(columns)},
                "renameByName": {column.field: column.title for column in columns},
            },
        },
    ]


def _column_overrides(columns: Sequence[Column]) -> list[dict[str, Any]]:
    found = []
    for column in columns:
        properties: list[dict[str, Any]] = []
        if column.unit:
            properties.append({"id": "unit", "value": column.unit})
        if column.unit == "short":  # what a counter grew by is told in parts of one
            properties.append({"id": "decimals", "value": 0})
        if column.steps:
            properties += [
                {"id": "thresholds", "value": _thresholds("text", column.steps)},
                {"id": "color", "value": {"mode": "thresholds"}},
                {"id": "custom.cellOptions", "value": {"type": "color-text"}},
            ]
        if properties:
            matcher = {"id": "byName", "options": column.title}
            found.append({"matcher": matcher, "properties": properties})
    return found
