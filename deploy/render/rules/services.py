"""Alerts about services: there, ready, quick, without errors."""

from common import topology
from render import fleet
from render import objectives as goal
from render.rules.alert import Alert, Group, any_of

REQUESTS = "paperbus_http_requests_total"
DURATION = "paperbus_http_request_duration_seconds_bucket"
SEARCH = "paperbus_search_duration_seconds"
MIB = 1024 * 1024


def _gone() -> str:
    absent = (f'absent(up{{job="paperbus",service="{name}"}})' for name in topology.WORKERS)
    return any_of('up{job="paperbus"} == 0', *absent)


def _errors(share: float) -> str:
    return (
        f'sum(increase({REQUESTS}{{status=~"5.."}}[10m])) / sum(increase({REQUESTS}[10m]))'
        f" > {share}\nand sum(increase({REQUESTS}[10m])) >= 20"
    )


def _slow(seconds: float) -> str:
    return (
        f"histogram_quantile(0.95, sum by (le) (rate({DURATION}[10m]))) > {seconds:g}\n"
        f"and sum(increase({REQUESTS}[10m])) >= 20"
    )


def _memory(share: float) -> str:
    """Of what ``fleet.toml`` allows each service."""
    limits = {name: fleet.load().workers[name].memory_limit * MIB for name in topology.WORKERS}
    return any_of(
        *(
            "max by (service) (process_resident_memory_bytes"
            f'{{job="paperbus",service="{name}"}}) / {limit} > {share}'
            for name, limit in limits.items()
        )
    )


SERVICES = (
    Alert(
        name="ServiceDown",
        expr=_gone(),
        lasts="3m",
        severity="critical",
        summary="{{ $labels.service }} does not answer, or does not run.",
    ),
    Alert(
        name="ServiceNotReady",
        expr="max by (service) (paperbus_ready) == 0",
        lasts="5m",
        severity="critical",
        summary="No replica of {{ $labels.service }} is ready.",
    ),
    Alert(
        name="ServiceRestarts",
        expr='sum by (service) (changes(process_start_time_seconds{job="paperbus"}[1h])) > 3',
        severity="warning",
        summary="{{ $labels.service }} started {{ $value | humanize }} times within an hour.",
    ),
    Alert(
        name="EventLoopLate",
        expr="max by (service) (paperbus_event_loop_lag_seconds) > 1",
        lasts="10m",
        severity="warning",
        summary="{{ $labels.service }} is late by {{ $value | humanizeDuration }}: it has too much"
        " to do, or something blocks it.",
    ),
    Alert(
        name="ErrorsLogged",
        expr="sum by (service, type) (increase(paperbus_errors_total[15m])) > 10",
        severity="warning",
        summary="{{ $labels.service }} logged {{ $labels.type }} {{ $value | humanize }} times in"
        " 15 minutes.",
    ),
    Alert(
        name="MemoryHigh",
        expr=_memory(0.8),
        lasts="15m",
        severity="warning",
        summary="{{ $labels.service }} uses {{ $value | humanizePercentage }} of its memory.",
    ),
    Alert(
        name="MemoryFull",
        expr=_memory(0.95),
        lasts="5m",
        severity="critical",
        summary="{{ $labels.service }} uses {{ $value | humanizePercentage }} of its memory and"
        " will be ended.",
    ),
    Alert(
        name="FilesOpen",
        expr='max by (service) (process_open_fds{job="paperbus"}'
        ' / process_max_fds{job="paperbus"}) > 0.8',
        lasts="10m",
        severity="warning",
        summary="{{ $labels.service }} has {{ $value | humanizePercentage }} of its files open.",
    ),
    Alert(
        name="VersionsDiffer",
        expr="count(count by (version) (paperbus_build_info)) > 1",
        lasts="6h",
        severity="info",
        summary="{{ $value | humanize }} versions have run side by side for six hours.",
    ),
)
ANSWERS = (
    Alert(
        name="ErrorRateHigh",
        expr=_errors(goal.ERRORS_WARN),
        lasts="10m",
        severity="warning",
        summary="The gateway fails {{ $value | humanizePercentage }} of the requests.",
    ),
    Alert(
        name="ErrorRateCritical",
        expr=_errors(goal.ERRORS_BAD),
        lasts="5m",
        severity="critical",
        summary="The gateway fails {{ $value | humanizePercentage }} of the requests.",
    ),
    Alert(
        name="AnswersSlow",
        expr=_slow(goal.LATENCY_WARN_S),
        lasts="15m",
        severity="warning",
        summary="95 of 100 requests take up to {{ $value | humanizeDuration }}.",
    ),
    Alert(
        name="AnswersVerySlow",
        expr=_slow(goal.LATENCY_BAD_S),
        lasts="10m",
        severity="critical",
        summary="95 of 100 requests take up to {{ $value | humanizeDuration }}.",
    ),
    Alert(
        name="SearchSlow",
        expr=f"histogram_quantile(0.95, sum by (le) (rate({SEARCH}_bucket[15m])))"
        f" > {goal.LATENCY_BAD_S:g}\nand sum(increase({SEARCH}_count[15m])) >= 10",
        lasts="15m",
        severity="warning",
        summary="95 of 100 searches take up to {{ $value | humanizeDuration }}.",
    ),
)
GROUPS = (Group("services", SERVICES), Group("answers", ANSWERS))
