"""Grafana's JSON model of our dashboards, as far as they need it; pure."""

from collections.abc import Iterator, Sequence
from typing import Any

from render.dashboards.drawn import SOURCE, drawn
from render.dashboards.model import RED, Dashboard, Row

WIDTH = 24
SCHEMA_VERSION = 41


def page(dashboard: Dashboard) -> dict[str, Any]:
    """The JSON that Grafana reads."""
    return {
        "uid": f"paperbus-{dashboard.name}",
        "title": f"paperbus / {dashboard.title}",
        "description": dashboard.about,
        "tags": ["paperbus"],
        "schemaVersion": SCHEMA_VERSION,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "timezone": "browser",
        "refresh": "30s",
        "time": {"from": f"now-{dashboard.span}", "to": "now"},
        "templating": {"list": [_source_variable()]},
        "annotations": {"list": [_critical_alerts()]},
        "links": [_to_the_others()],
        "panels": list(_laid_out(dashboard.rows)),
    }


def _laid_out(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    top, number = 0, 1
    for row in rows:
        made: list[dict[str, Any]] = []
        bottom = top + (1 if row.title else 0)
        left = 0
        for panel in row.panels:
            if left + panel.width > WIDTH:
                left, bottom = 0, bottom + made[-1]["gridPos"]["h"]
            place = {"x": left, "y": bottom, "w": panel.width, "h": panel.height}
            made.append({"id": number + len(made) + 1, "gridPos": place, **drawn(panel)})
            left += panel.width
        if row.title:
            yield {
                "id": number,
                "type": "row",
                "title": row.title,
                "collapsed": row.closed,
                "gridPos": {"x": 0, "y": top, "w": WIDTH, "h": 1},
                "panels": made if row.closed else [],
            }
        if not row.closed:
            yield from made
        number += len(made) + 1
        top = top + 1 if row.closed else bottom + (made[-1]["gridPos"]["h"] if made else 0)


def _source_variable() -> dict[str, Any]:
    return {
        "name": "datasource",
        "label": "Prometheus",
        "type": "datasource",
        "query": "prometheus",
        "current": {"text": "Prometheus", "value": "paperbus-prometheus"},
        "hide": 0,
    }


def _critical_alerts() -> dict[str, Any]:
    return {
        "name": "Critical alerts",
        "datasource": SOURCE,
        "enable": True,
        "iconColor": RED,
        "expr": 'ALERTS{alertstate="firing",severity="critical"}',
        "titleFormat": "{{alertname}}",
        "step": "60s",
    }


def _to_the_others() -> dict[str, Any]:
    return {
        "type": "dashboards",
        "title": "paperbus",
        "tags": ["paperbus"],
        "asDropdown": True,
        "includeVars": True,
        "keepTime": True,
    }
