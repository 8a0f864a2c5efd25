"""Panels of the processes themselves, and of stores that tell their own numbers."""

from render import objectives as goal
from render.dashboards.model import RED, YELLOW, Column, Panel, Query
from render.dashboards.queries import RATE

OURS = 'job="paperbus"'

PROCESSES = (
    Panel(
        title="Memory",
        about="Resident; the largest replica of each service.",
        queries=(
            Query(f"max by (service) (process_resident_memory_bytes{{{OURS}}})", "{{service}}"),
        ),
        unit="bytes",
    ),
    Panel(
        title="Cores used",
        about="By all replicas of a service.",
        queries=(
            Query(
                f"sum by (service) (rate(process_cpu_seconds_total{{{OURS}}}{RATE}))", "{{service}}"
            ),
        ),
        stack=True,
        decimals=2,
    ),
    Panel(
        title="Event loops late by",
        about="The latest replica of each service; a late loop delays everybody.",
        queries=(Query("max by (service) (paperbus_event_loop_lag_seconds)", "{{service}}"),),
        unit="s",
    ),
    Panel(
        title="Processes",
        about="Replicas, open files of the one that has most, and how long the youngest runs.",
        kind="table",
        width=24,
        height=8,
        queries=(
            Query(f"sum by (service) (up{{{OURS}}})"),
            Query(f"max by (service) (process_open_fds{{{OURS}}} / process_max_fds{{{OURS}}})"),
            Query(f"max by (service) (process_resident_memory_bytes{{{OURS}}})"),
            Query(f"time() - max by (service) (process_start_time_seconds{{{OURS}}})"),
            Query("sum by (service) (increase(paperbus_errors_total[1h]))"),
        ),
        columns=(
            Column("service", "Service"),
            Column("Value #A", "Replicas up", "short"),
            Column("Value #B", "Files open", "percentunit", ((0.8, RED),)),
            Column(
                "Value #C", "Memory", "bytes", ((goal.MEMORY_WARN, YELLOW), (goal.MEMORY_BAD, RED))
            ),
            Column("Value #D", "Youngest runs for", "s"),
            Column("Value #E", "Errors, 1 h", "short", ((1, YELLOW),)),
        ),
    ),
)
QDRANT = (
    Panel(
        title="Answers each second",
        about="Of Qdrant's REST interface, by status.",
        queries=(Query(f"sum by (status) (rate(rest_responses_total{RATE}))", "{{status}}"),),
        unit="reqps",
        stack=True,
    ),
    Panel(
        title="Memory",
        about="Resident, of each node.",
        queries=(Query('memory_resident_bytes{job="qdrant"}', "{{instance}}"),),
        unit="bytes",
    ),
    Panel(
        title="Collections",
        about="One for each embedding model behind the aliases.",
        queries=(Query('max(collections_total{job="qdrant"})', "collections"),),
    ),
)
MINIO = (
    Panel(
        title="Requests each second",
        about="Answered, by kind.",
        queries=(Query(f"sum by (api) (rate(minio_s3_requests_total{RATE}))", "{{api}}"),),
        unit="reqps",
        stack=True,
    ),
    Panel(
        title="Failed requests each second",
        about="Answered with 5xx, by kind.",
        queries=(
            Query(f"sum by (api) (rate(minio_s3_requests_5xx_errors_total{RATE}))", "{{api}}"),
        ),
        unit="reqps",
        stack=True,
    ),
    Panel(
        title="Free",
        about="Usable bytes of the whole cluster.",
        queries=(Query("max(minio_cluster_capacity_usable_free_bytes)", "free"),),
        unit="bytes",
    ),
)
