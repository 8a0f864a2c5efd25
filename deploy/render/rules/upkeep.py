"""Alerts about money, backups, schedules, keys, and the watch itself."""

from render import objectives as goal
from render.rules.alert import Alert, Group, any_of

BACKUP = "paperbus_backup_last_success_timestamp_seconds"
COST = "paperbus_llm_cost_usd_total"
SPENT = "max by (period) (paperbus_spend_usd) / (max by (period) (paperbus_budget_usd) > 0)"
CERTIFICATE = "min by (name) (paperbus_certificate_expiry_timestamp_seconds) - time()"
PAUSED = "unless on (schedule) max by (schedule) (paperbus_schedule_paused) == 1"
SILENCE: tuple[tuple[str, int], ...] = (
    ("fetch-.*", 64 * goal.HOUR),  # from Friday evening to Monday morning
    ("report-weekly|storage", 8 * goal.DAY),
    ("report-monthly", 33 * goal.DAY),
)
"""How long a schedule may not have ended well; each other one is daily."""
CENSUS = "time() - max by (part) (paperbus_census_last_success_timestamp_seconds"
HOURLY = "keys|certificates"
DAILY_S = 26 * goal.HOUR


OTHERS = "|".join(names for names, _ in SILENCE)
LAST = "paperbus_schedule_last_success_timestamp_seconds"


def _overdue() -> str:
    last = f"time() - max by (schedule) ({LAST}"
    return any_of(
        f'{last}{{schedule!~"{OTHERS}"}}) > {DAILY_S}\n{PAUSED}',
        *(f'{last}{{schedule=~"{names}"}}) > {limit}\n{PAUSED}' for names, limit in SILENCE),
    )


MONEY = (
    Alert(
        name="SpendNearBudget",
        expr=f"{SPENT} > {goal.SPEND_WARN}",
        severity="info",
        summary="{{ $value | humanizePercentage }} of the budget of the {{ $labels.period }} are"
        " spent.",
    ),
    Alert(
        name="SpendOverBudget",
        expr=f"{SPENT} >= {goal.SPEND_FULL}",
        severity="warning",
        summary="The budget of the {{ $labels.period }} is spent; summaries wait.",
    ),
    Alert(
        name="SpendUnusual",
        expr=f"sum(increase({COST}[1h])) > 1\n"
        f"and sum(increase({COST}[1h])) > 5 * sum(increase({COST}[1d])) / 24\n"
        f"and sum({COST} offset 1d) > 0",
        severity="warning",
        summary="{{ $value | humanize }} US dollars went to models in an hour: five times as much"
        " as in the other hours of the day.",
    ),
    Alert(
        name="ModelFails",
        expr='sum by (model) (increase(paperbus_llm_requests_total{outcome="error"}[15m]))\n'
        "/ sum by (model) (increase(paperbus_llm_requests_total[15m])) > 0.2\n"
        "and sum by (model) (increase(paperbus_llm_requests_total[15m])) >= 5",
        lasts="10m",
        severity="warning",
        summary="{{ $labels.model }} fails {{ $value | humanizePercentage }} of the calls.",
    ),
)
ORDER = (
    Alert(
        name="BackupOld",
        expr=any_of(f"time() - max({BACKUP}) > {goal.BACKUP_WARN_S}", f"absent({BACKUP})"),
        lasts="6h",
        severity="warning",
        summary="There is no backup of the last 26 hours.",
    ),
    Alert(
        name="BackupMissing",
        expr=f"time() - max({BACKUP}) > {goal.BACKUP_BAD_S}",
        lasts="10m",
        severity="critical",
        summary="The newest backup is {{ $value | humanizeDuration }} old.",
    ),
    Alert(
        name="BackupShrank",
        expr="max(paperbus_backup_bytes) < 0.5 * max(paperbus_backup_bytes offset 1d)",
        severity="warning",
        summary="The newest backup is less than half as large as yesterday's.",
    ),
    Alert(
        name="ScheduleOverdue",
        expr=_overdue(),
        lasts="10m",
        severity="warning",
        summary="The schedule {{ $labels.schedule }} last ended well"
        " {{ $value | humanizeDuration }} ago.",
    ),
    Alert(
        name="ScheduleNeverRan",
        expr=f'max by (schedule) (paperbus_schedule_paused{{schedule!~"{OTHERS}"}}) == 0\n'
        f"unless on (schedule) max by (schedule) ({LAST})",
        lasts="26h",
        severity="warning",
        summary="The daily schedule {{ $labels.schedule }} has never ended well.",
    ),
    Alert(
        name="SchedulePaused",
        expr="max by (schedule) (paperbus_schedule_paused) == 1",
        lasts="24h",
        severity="info",
        summary="The schedule {{ $labels.schedule }} is paused for a day.",
    ),
    Alert(
        name="ReconcileFindings",
        expr="max(paperbus_reconcile_differences) > 0",
        lasts="10m",
        severity="warning",
        summary="Ledger, objects and index differ in {{ $value | humanize }} things that"
        " reconciling could not mend.",
    ),
    Alert(
        name="CertificateEndsSoon",
        expr=f"{CERTIFICATE} < {goal.CERTIFICATE_WARN_S}",
        lasts="1h",
        severity="warning",
        summary="The certificate {{ $labels.name }} ends in {{ $value | humanizeDuration }}.",
    ),
    Alert(
        name="CertificateEnds",
        expr=f"{CERTIFICATE} < {goal.CERTIFICATE_BAD_S}",
        lasts="10m",
        severity="critical",
        summary="The certificate {{ $labels.name }} ends in {{ $value | humanizeDuration }}.",
    ),
    Alert(
        name="KeyOld",
        expr=f"max by (user) (paperbus_key_age_seconds) > {goal.KEY_OLD_S}",
        lasts="1h",
        severity="info",
        summary="The bus key of {{ $labels.user }} is {{ $value | humanizeDuration }} old.",
    ),
)
WATCH = (
    Alert(
        name="Watchdog",
        expr="vector(1)",
        severity="none",
        summary="Always fires: when it stops arriving, the watch itself is down.",
    ),
    Alert(
        name="CensusStale",
        expr=any_of(
            f'{CENSUS}{{part!~"{HOURLY}"}}) > {30 * goal.MINUTE}',
            f'{CENSUS}{{part=~"{HOURLY}"}}) > {3 * goal.HOUR}',
        ),
        lasts="10m",
        severity="warning",
        summary="The operator's worker has not known the numbers of {{ $labels.part }} for"
        " {{ $value | humanizeDuration }}: alerts that need them are blind.",
    ),
    Alert(
        name="AlertsNotSent",
        expr=any_of(
            "sum by (integration) (increase(alertmanager_notifications_failed_total[15m])) > 0",
            "sum(increase(prometheus_notifications_dropped_total[15m])) > 0",
        ),
        severity="critical",
        summary="Alerts do not reach people.",
    ),
    Alert(
        name="RulesFail",
        expr="sum(increase(prometheus_rule_evaluation_failures_total[15m])) > 0",
        severity="warning",
        summary="Prometheus could not compute {{ $value | humanize }} rules in 15 minutes.",
    ),
)

GROUPS = (
    Group("money", MONEY),
    Group("order", ORDER),
    Group("watch", WATCH),
)
