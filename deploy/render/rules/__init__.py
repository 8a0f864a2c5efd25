"""Prometheus' alert rules, written as code."""

from collections.abc import Mapping

from render.rules import papers, services, stores, upkeep
from render.rules.alert import Alert, Group
from render.templates import rendered

FILE = "deploy/prometheus/rules/paperbus.yaml"
GROUPS: tuple[Group, ...] = (
    *papers.GROUPS,
    *services.GROUPS,
    *stores.GROUPS,
    *upkeep.GROUPS,
)
ALERTS: tuple[Alert, ...] = tuple(alert for group in GROUPS for alert in group.alerts)


def text() -> str:
    """The groups as YAML."""
    return rendered("rules.yaml.j2", {"groups": GROUPS})


def files() -> Mapping[str, str]:
    """Path and text of what is written."""
    return {FILE: text()}
