"""Grafana's dashboards, written as code."""

import json
from collections.abc import Mapping

from render.dashboards import (
    bus,
    completeness,
    delivery,
    overview,
    pipeline,
    search,
    spend,
    upkeep,
)
from render.dashboards.grafana import page
from render.dashboards.model import Dashboard

FOLDER = "deploy/grafana/dashboards"
DASHBOARDS: tuple[Dashboard, ...] = (
    overview.DASHBOARD,
    pipeline.DASHBOARD,
    search.DASHBOARD,
    spend.DASHBOARD,
    delivery.DASHBOARD,
    bus.DASHBOARD,
    completeness.DASHBOARD,
    upkeep.DASHBOARD,
)


def files() -> Mapping[str, str]:
    """Path and text of each."""
    return {
        f"{FOLDER}/{dashboard.name}.json": json.dumps(page(dashboard), indent=1) + "\n"
        for dashboard in DASHBOARDS
    }
