"""What keeps the system in order: schedules, backups, reconciling, keys, the watch itself."""

from common import topology
from render import objectives as goal
from render.dashboards.model import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    Column,
    Dashboard,
    Panel,
    Query,
    Row,
    Stat,
)
from render.dashboards.queries import age, told

CERTIFICATES = "min by (name) (paperbus_certificate_expiry_timestamp_seconds)"

NOW = (
    Stat(
        title="Last backup",
        about="Since a backup was made.",
        queries=(Query(age("paperbus_backup_last_success_timestamp_seconds")),),
        unit="s",
        steps=((goal.BACKUP_WARN_S, YELLOW), (goal.BACKUP_BAD_S, RED)),
        empty="never",
    ),
    Stat(
        title="Its size",
        about="Of the newest backup.",
        queries=(Query(told("paperbus_backup_bytes")),),
        unit="bytes",
        first=BLUE,
        empty="none",
    ),
    Stat(
        title="Last reconcile",
        about="Since ledger, objects and index were compared.",
        queries=(Query(age("paperbus_reconcile_last_timestamp_seconds")),),
        unit="s",
        steps=((goal.BACKUP_WARN_S, YELLOW),),
        empty="never",
    ),
    Stat(
        title="It could not mend",
        about="Differences that were found and are still there.",
        queries=(Query(told("paperbus_reconcile_differences")),),
        steps=((1, RED),),
        empty="not known",
    ),
    Stat(
        title="Certificate left",
        about="Until the first certificate ends.",
        queries=(Query(f"min({CERTIFICATES}) - time()"),),
        unit="s",
        first=RED,
        steps=((goal.CERTIFICATE_BAD_S, YELLOW), (goal.CERTIFICATE_WARN_S, GREEN)),
        empty="none in use",
    ),
    Stat(
        title="Saving space",
        about="Whether the system is in emergency mode, because a disk is 95 % full.",
        queries=(Query(told("paperbus_emergency_mode")),),
        steps=((1, RED),),
        names=((0, "no"), (1, "yes")),
        empty="no",
    ),
)
PANELS = (
    Panel(
        title="Schedules",
        about="Since the work of each ended well: `paperbus schedule list`.",
        kind="table",
        width=12,
        height=10,
        sort="Last good run",
        queries=(
            Query(age("paperbus_schedule_last_success_timestamp_seconds", "schedule")),
            Query(told("paperbus_schedule_paused", "schedule")),
        ),
        columns=(
            Column("schedule", "Schedule"),
            Column("Value #A", "Last good run", "s"),
            Column("Value #B", "Paused", "bool_yes_no", ((1, YELLOW),)),
        ),
    ),
    Panel(
        title="Keys of the bus",
        about="Age of each user's key; a new one is made once a year.",
        kind="bargauge",
        width=12,
        height=10,
        queries=(Query(told("paperbus_key_age_seconds", "user"), "{{user}}"),),
        unit="s",
        most=goal.KEY_OLD_S,
        steps=((goal.KEY_OLD_S * 0.9, YELLOW), (goal.KEY_OLD_S, RED)),
    ),
    Panel(
        title="Backups",
        about="Size of the newest one.",
        empty="none yet",
        queries=(Query(told("paperbus_backup_bytes"), "size"),),
        unit="bytes",
    ),
    Panel(
        title="Versions that run",
        about="Replicas of each version; two during an upgrade, else one.",
        queries=(Query("count by (version) (paperbus_build_info)", "{{version}}"),),
        stack=True,
        most=len(topology.WORKERS),
    ),
    Panel(
        title="How old the numbers are",
        about="Since the operator's worker last knew each part of what it tells.",
        kind="bargauge",
        first=GREEN,
        queries=(Query(age("paperbus_census_last_success_timestamp_seconds", "part"), "{{part}}"),),
        unit="s",
        steps=((2 * goal.HOUR, YELLOW), (4 * goal.HOUR, RED)),
    ),
)

DASHBOARD = Dashboard(
    name="upkeep",
    title="Upkeep",
    about="Schedules, backups, reconciling, keys and certificates.",
    span="7d",
    rows=(Row(title="", panels=NOW), Row(title="Kept in order", panels=PANELS)),
)
