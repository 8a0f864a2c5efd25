"""Alerts about the bus, the stores and the disks."""

from render import objectives as goal
from render.rules.alert import Alert, Group

DISK = "max by (volume) (paperbus_disk_used_ratio)"
FULL = "max by (stream) (paperbus_stream_bytes) / max by (stream) (paperbus_stream_max_bytes)"


def _counted(selector: str, over: str) -> str:
    """What a counter grew by, also one that was not there before."""
    return (
        f"sum by (service, kind) (increase({selector}[{over}])) > 0\n"
        f"or\nsum by (service, kind) ({selector} unless {selector} offset {over}) > 0"
    )


BUS = (
    Alert(
        name="NatsUnhealthy",
        expr="max(paperbus_nats_healthy) == 0",
        lasts="1m",
        severity="critical",
        summary="A NATS server says it is not healthy: a stream may be frozen until that server"
        " is restarted.",
    ),
    Alert(
        name="StoreDown",
        expr="max by (dependency) (paperbus_dependency_up) == 0",
        lasts="2m",
        severity="critical",
        summary="{{ $labels.dependency }} does not answer; whoever needs it waits.",
    ),
    Alert(
        name="StreamNearlyFull",
        expr=f"{FULL} > {goal.STREAM_WARN}",
        lasts="10m",
        severity="warning",
        summary="{{ $labels.stream }} holds {{ $value | humanizePercentage }} of its bytes.",
    ),
    Alert(
        name="StreamFull",
        expr=f"{FULL} > {goal.STREAM_FULL}",
        lasts="5m",
        severity="critical",
        summary="{{ $labels.stream }} holds {{ $value | humanizePercentage }} of its bytes and"
        " will take nothing more.",
    ),
    Alert(
        name="BusPermissionDenied",
        expr=_counted('paperbus_bus_errors_total{kind="PermissionsViolation"}', "15m"),
        severity="warning",
        summary="{{ $labels.service }} asked the bus for what it has no right to.",
    ),
    Alert(
        name="BusErrors",
        expr="sum by (service, kind) "
        '(increase(paperbus_bus_errors_total{kind!="PermissionsViolation"}[15m])) > 20',
        severity="warning",
        summary="{{ $labels.service }} had {{ $value | humanize }} errors of the bus:"
        " {{ $labels.kind }}.",
    ),
)
DISKS = (
    Alert(
        name="DiskFilling",
        expr=f"{DISK} > {goal.DISK_WARN}",
        lasts="10m",
        severity="warning",
        summary="{{ $labels.volume }} is {{ $value | humanizePercentage }} full.",
    ),
    Alert(
        name="DiskNearlyFull",
        expr=f"{DISK} > {goal.DISK_HIGH}",
        lasts="5m",
        severity="critical",
        summary="{{ $labels.volume }} is {{ $value | humanizePercentage }} full.",
    ),
    Alert(
        name="DiskFull",
        expr=f"{DISK} > {goal.DISK_FULL}",
        lasts="1m",
        severity="critical",
        summary="{{ $labels.volume }} is {{ $value | humanizePercentage }} full: the bus stops"
        " taking messages soon.",
    ),
    Alert(
        name="DiskFillsSoon",
        expr="predict_linear(paperbus_disk_free_bytes[1d], 4 * 86400) < 0\n"
        "and paperbus_disk_free_bytes offset 1d > 0",
        lasts="1h",
        severity="info",
        summary="{{ $labels.volume }} will be full in four days, at the pace of today.",
    ),
    Alert(
        name="EmergencyMode",
        expr="max(paperbus_emergency_mode) == 1",
        severity="critical",
        summary="A disk is 95 % full, and the system saves space.",
    ),
)

GROUPS = (Group("bus", BUS), Group("disks", DISKS))
