"""What an alert is; pure."""

from typing import Literal, NamedTuple

import msgspec

Severity = Literal["critical", "warning", "info", "none"]
DEADLINES: dict[Severity, str] = {
    "critical": "15m",
    "warning": "2h",
    "info": "24h",
    "none": "never",
}
"""How soon a person looks."""
ROUTES: dict[Severity, str] = {
    "critical": "page",
    "warning": "mail",
    "info": "digest",
    "none": "watchdog",
}
"""How the person is told; Alertmanager's routes go by it."""
RUNBOOK = "https://github.com/paperbus/paperbus/blob/main/docs/operations/alerts.md"


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """Something a person has to know. ``lasts`` is how long it must hold before anybody is told."""

    name: str
    expr: str
    severity: Severity
    summary: str
    lasts: str = ""

    @property
    def deadline(self) -> str:
        """How soon a person looks."""
        return DEADLINES[self.severity]

    @property
    def route(self) -> str:
        """How the person is told."""
        return ROUTES[self.severity]

    @property
    def runbook(self) -> str:
        """Its section of the page."""
        return f"{RUNBOOK}#{self.name.lower()}"


class Group(NamedTuple):
    """Alerts about one thing."""

    name: str
    alerts: tuple[Alert, ...]


def any_of(*exprs: str) -> str:
    """Holds where one of them does."""
    return "\nor\n".join(exprs)
