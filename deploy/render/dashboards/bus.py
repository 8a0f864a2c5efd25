"""The bus, the stores behind it, and the processes themselves."""

from render import objectives as goal
from render.dashboards import processes
from render.dashboards.model import (
    BLUE,
    GREEN,
    ORANGE,
    RED,
    YELLOW,
    Dashboard,
    Panel,
    Query,
    Row,
    Stat,
)
from render.dashboards.queries import dependency_waits, grown, rate, told

BYTES, LIMIT = told("paperbus_stream_bytes", "stream"), told("paperbus_stream_max_bytes", "stream")
FULL = ((goal.STREAM_WARN, YELLOW), (goal.STREAM_FULL, RED))
DISK = ((goal.DISK_WARN, YELLOW), (goal.DISK_HIGH, ORANGE), (goal.DISK_FULL, RED))
STORED = 'store!="local"'
"""Folders of this machine hold the same bytes again."""
UP = ((0, "down"), (1, "up"))

NOW = (
    Stat(
        title="NATS",
        about="The full /healthz of every server: a stream whose disk failed answers nothing while"
        " all else looks well.",
        queries=(Query(told("paperbus_nats_healthy")),),
        first=RED,
        steps=((1, GREEN),),
        names=((0, "not well"), (1, "well")),
        empty="not asked",
    ),
    Stat(
        title="Stores that answer",
        about="NATS, objects and Qdrant, as the operator's worker reaches them.",
        queries=(Query(f"sum({told('paperbus_dependency_up', 'dependency')})"),),
        first=RED,
        steps=((3, GREEN),),
    ),
    Stat(
        title="Fullest stream",
        about="Of its limit in bytes; a full one takes nothing more.",
        queries=(Query(f"max({BYTES} / {LIMIT})"),),
        unit="percentunit",
        steps=FULL,
    ),
    Stat(
        title="Fullest disk",
        about="Share in use; at 95 % the system saves space by itself.",
        queries=(Query(f"max({told('paperbus_disk_used_ratio', 'volume')})"),),
        unit="percentunit",
        steps=DISK,
    ),
    Stat(
        title="Bus errors, 1 h",
        about="Errors the bus told its clients, such as a right that was missing.",
        queries=(Query(f"{grown('paperbus_bus_errors_total', '1h')} or vector(0)"),),
        decimals=0,
        steps=((1, YELLOW), (20, RED)),
    ),
    Stat(
        title="Kept in stores",
        about="Bytes in streams, objects and index, as last surveyed.",
        queries=(Query(f"sum({told('paperbus_storage_bytes', 'store, class', STORED)})"),),
        unit="bytes",
        first=BLUE,
        empty="not surveyed",
    ),
)
STREAMS = (
    Panel(
        title="Streams against their limits",
        about="The eight fullest; buckets are streams named KV_….",
        kind="bargauge",
        queries=(Query(f"topk(8, {BYTES} / {LIMIT})", "{{stream}}"),),
        unit="percentunit",
        most=1,
        steps=FULL,
    ),
    Panel(
        title="Messages kept",
        about="In the streams themselves; without the buckets.",
        queries=(
            Query(told("paperbus_stream_messages", "stream", 'stream!~"KV_.*"'), "{{stream}}"),
        ),
    ),
    Panel(
        title="Bytes kept",
        about="In the eight largest streams and buckets.",
        queries=(Query(f"topk(8, {BYTES})", "{{stream}}"),),
        unit="bytes",
    ),
    Panel(
        title="Errors of the bus, each minute",
        about="By kind, as its clients were told.",
        queries=(
            Query(f"60 * {rate('paperbus_bus_errors_total', 'kind')}", "{{kind}}"),
            Query(f"60 * ({rate('paperbus_bus_errors_total')} or vector(0))", "all"),
        ),
    ),
    Panel(
        title="Stores",
        about="Whether they answer the operator's worker.",
        kind="state-timeline",
        queries=(Query(told("paperbus_dependency_up", "dependency"), "{{dependency}}"),),
        first=RED,
        steps=((1, GREEN),),
        names=UP,
    ),
    Panel(
        title="Waits for stores, each minute",
        about="How often services waited for one that was down.",
        queries=(Query(dependency_waits(), "{{dependency}}"),),
        stack=True,
    ),
)
STORAGE = (
    Panel(
        title="Bytes by store and class",
        about="As last surveyed: `paperbus storage analyze`.",
        kind="bargauge",
        empty="not surveyed yet",
        first=BLUE,
        queries=(
            Query(
                f"topk(10, {told('paperbus_storage_bytes', 'store, class')})", "{{store}} {{class}}"
            ),
        ),
        unit="bytes",
    ),
    Panel(
        title="Disks in use",
        about="At 80 % plan, at 90 % clean up, at 95 % the system saves space by itself.",
        queries=(Query(told("paperbus_disk_used_ratio", "volume"), "{{volume}}"),),
        unit="percentunit",
        most=1,
        steps=DISK,
    ),
    Panel(
        title="Free",
        about="Bytes free on each volume.",
        queries=(Query("min by (volume) (paperbus_disk_free_bytes)", "{{volume}}"),),
        unit="bytes",
    ),
)
DASHBOARD = Dashboard(
    name="bus",
    title="Bus and stores",
    about="NATS, objects, Qdrant, disks, and the processes themselves.",
    rows=(
        Row(title="", panels=NOW),
        Row(title="Bus", panels=STREAMS),
        Row(title="Disks", panels=STORAGE),
        Row(title="Processes", panels=processes.PROCESSES),
        Row(title="Qdrant, by its own numbers", panels=processes.QDRANT, closed=True),
        Row(title="MinIO, by its own numbers", panels=processes.MINIO, closed=True),
    ),
)
