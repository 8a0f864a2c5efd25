"""For each alert: when it fires and what it says, and when it keeps quiet."""

from typing import NamedTuple

from common import topology

MIB = 1024 * 1024
Series = dict[str, str]
"""Values by selector, as promtool writes them: ``1x30`` is 1 at each of 31 minutes."""

INDEXER = 'service="indexer"'
EMBED = f'durable="indexer-paper-fetched",{INDEXER}'
SUBJECT = f'{INDEXER},subject="paper.fetched"'
UP = {
    f'up{{job="paperbus",instance="{name}",service="{name}"}}': "1x30" for name in topology.WORKERS
}
DURATION = "paperbus_http_request_duration_seconds_bucket"
ALL = {"paperbus_http_requests_total": "0+20x40"}
LIMIT = 2560 * MIB


class Case(NamedTuple):
    """``value`` and ``labels`` are those that the alert tells."""

    alert: str
    at: int
    """Minutes after the first value."""
    fires: Series
    quiet: Series | None
    labels: str = ""
    value: str = ""
    every: int = 1
    """Minutes between values."""


def _histogram(name: str, **counts: str) -> Series:
    return {f'{name}{{le="{bound}"}}': values for bound, values in counts.items()}


def _durable(metric: str, value: str, durable: str = EMBED) -> Series:
    return {f"paperbus_consumer_{metric}{{{durable}}}": value}


def _slow(name: str, bounds: tuple[str, str], below: str) -> Series:
    low, high = bounds
    counts = {low: below, high: "0+20x40", "+Inf": "0+20x40"}
    return {f'{name}{{le="{bound}"}}': values for bound, values in counts.items()}


def _fresh(name: str, bound: str, below: str) -> Series:
    metric = f"paperbus_announce_to_{name}_seconds"
    return {f'{metric}_bucket{{le="{bound}"}}': below, f"{metric}_count": "0+2x60"}


def _two(name: str, first: tuple[str, str], second: tuple[str, str]) -> Series:
    return {f"{name}{{{labels}}}": values for labels, values in (first, second)}


def _one(name: str, value: str) -> Series:
    return {f"paperbus_{name}": value}


def _http(failed: str, well: str) -> Series:
    return _two("paperbus_http_requests_total", ('status="500"', failed), ('status="200"', well))


LONG = 'durable="fetcher-fetch-requested",service="fetcher"'
MEMORY = f'process_resident_memory_bytes{{job="paperbus",{INDEXER}}}'
DENIED = f'paperbus_bus_errors_total{{kind="PermissionsViolation",{INDEXER}}}'
BUS_ERRORS = f'paperbus_bus_errors_total{{kind="TimeoutError",{INDEXER}}}'
COST = 'paperbus_llm_cost_usd_total{model="m"}'
DONE, RETRY, DEAD = (f'{SUBJECT},outcome="{outcome}"' for outcome in ("done", "retry", "dead"))
MESSAGES, CALLS = "paperbus_messages_total", "paperbus_llm_requests_total"
TOLD, ASKED = "paperbus_notifications_total", "paperbus_upstream_requests_total"
GOOD = 'schedule_last_success_timestamp_seconds{schedule="'
STREAM = '{stream="PAPERS"}'

PAPERS = (
    Case("SearchableLate", 40, _fresh("searchable", "3600.0", "0+1x60"),
         _fresh("searchable", "3600.0", "0+2x60"), value="50%"),
    Case("SearchableOverdue", 20, _one('paper_oldest_wait_seconds{step="searchable"}', "15000x30"),
         _one('paper_oldest_wait_seconds{step="searchable"}', "3600x30"), value="4h 10m 0s"),
    Case("DeliveredLate", 40, _fresh("delivered", "14400.0", "0+1x60"),
         _fresh("delivered", "14400.0", "0+2x60"), value="50%"),
    Case("DeliveredOverdue", 20, _one('paper_oldest_wait_seconds{step="delivered"}', "60000x30"),
         _one('paper_oldest_wait_seconds{step="delivered"}', "50000x30"), value="16h 40m 0s"),
    Case("CoverageIncomplete", 150, _one('coverage_ratio{source="arxiv"}', "0.98x180"),
         _one('coverage_ratio{source="arxiv"}', "1x180"), 'source="arxiv"', "98%"),
    Case("CoverageLow", 400, _one('coverage_ratio{source="arxiv"}', "0.8x420"),
         _one('coverage_ratio{source="arxiv"}', "0.95x420"), 'source="arxiv"', "80%"),
    Case("SourceRefuses", 10,
         _one('upstream_stopped_until_timestamp_seconds{source="arxiv"}', "10000x30"),
         _one('upstream_stopped_until_timestamp_seconds{source="arxiv"}', "2000x30"),
         'source="arxiv"', "2h 36m 40s"),
    Case("SourceFails", 50,
         _two(ASKED, ('host="a",code="503"', "0+1x60"), ('host="a",code="200"', "0+1x60")),
         _two(ASKED, ('host="a",code="404"', "0+1x60"), ('host="a",code="200"', "0+1x60")),
         'host="a"', "50%"),
    Case("MessageWaits", 20, _durable("oldest_age_seconds", "4000x30"),
         {**_durable("oldest_age_seconds", "4000x30"), **_durable("paused", "1x30"),
          **_durable("oldest_age_seconds", "4000x30", LONG)}, EMBED, "1h 6m 40s"),
    Case("MessageStuck", 20, _durable("oldest_age_seconds", "15000x30"),
         _durable("oldest_age_seconds", "15000x30", LONG), EMBED, "4h 10m 0s"),
    Case("QueueLong", 20, _durable("pending", "5001x30") | _durable("ack_pending", "0x30"),
         _durable("pending", "4000x30") | _durable("ack_pending", "9x30"), EMBED, "5.001k"),
    Case("DurablePaused", 70, _durable("paused", "1x90"), _durable("paused", "0x90"), EMBED),
    Case("MessagesFail", 50, _two(MESSAGES, (RETRY, "0+1x60"), (DONE, "0+9x60")),
         _two(MESSAGES, (RETRY, "0+1x60"), (DONE, "0+99x60")), INDEXER, "10%"),
    Case("DeadLetters", 20, _one(f'dead_letters_held{{{INDEXER},reason="refused"}}', "3x30"),
         _one(f'dead_letters_held{{{INDEXER},reason="refused"}}', "0x30"),
         f'{INDEXER},reason="refused"', "3"),
    Case("DeadLettersMany", 40, _two(MESSAGES, (DEAD, "0+3x60"), (DONE, "0+1x60")),
         _two(MESSAGES, (DEAD, "0+1x60"), (DONE, "0+3x60")), INDEXER, "75%"),
    Case("DeliveriesFail", 70,
         _two(TOLD, ('channel="mail",outcome="failed"', "0+1x90"),
              ('channel="mail",outcome="sent"', "0+3x90")),
         _two(TOLD, ('channel="mail",outcome="retry"', "0+1x90"),
              ('channel="mail",outcome="sent"', "0+3x90")), 'channel="mail"', "25%"),
)  # fmt: skip

SERVICES = (
    Case("ServiceDown", 5, UP | {next(iter(UP)): "0x30"}, UP,
         'job="paperbus",instance="fetcher",service="fetcher"'),
    Case("ServiceDown", 5, dict(list(UP.items())[1:]), UP, 'job="paperbus",service="fetcher"'),
    Case("ServiceNotReady", 7, _one(f"ready{{{INDEXER}}}", "0x10"),
         _two("paperbus_ready", (f'{INDEXER},instance="1"', "0x10"),
              (f'{INDEXER},instance="2"', "1x10")), INDEXER),
    Case("ServiceRestarts", 20,
         {f'process_start_time_seconds{{job="paperbus",{INDEXER}}}': "0 60 120 180 240 300x20"},
         {f'process_start_time_seconds{{job="paperbus",{INDEXER}}}': "0 60 120x20"}, INDEXER, "5"),
    Case("EventLoopLate", 15, _one(f"event_loop_lag_seconds{{{INDEXER}}}", "2x20"),
         _one(f"event_loop_lag_seconds{{{INDEXER}}}", "0.1x20"), INDEXER, "2s"),
    Case("ErrorsLogged", 20, _one(f'errors_total{{{INDEXER},type="OSError"}}', "0+1x30"),
         _one(f'errors_total{{{INDEXER},type="OSError"}}', "50x30"),
         f'{INDEXER},type="OSError"', "15"),
    Case("MemoryHigh", 20, {MEMORY: f"{0.9 * LIMIT:.0f}x30"}, {MEMORY: f"{0.5 * LIMIT:.0f}x30"},
         INDEXER, "90%"),
    Case("MemoryFull", 10, {MEMORY: f"{0.98 * LIMIT:.0f}x30"}, {MEMORY: f"{0.9 * LIMIT:.0f}x30"},
         INDEXER, "98%"),
    Case("FilesOpen", 15,
         {f'process_open_fds{{job="paperbus",{INDEXER}}}': "90x20",
          f'process_max_fds{{job="paperbus",{INDEXER}}}': "100x20"},
         {f'process_open_fds{{job="paperbus",{INDEXER}}}': "50x20",
          f'process_max_fds{{job="paperbus",{INDEXER}}}': "100x20"}, INDEXER, "90%"),
    Case("VersionsDiffer", 380,
         _two("paperbus_build_info", ('version="1"', "1x400"), ('version="2"', "1x400")),
         _two("paperbus_build_info", ('version="1",service="a"', "1x400"),
              ('version="1",service="b"', "1x400")), value="2"),
    Case("ErrorRateHigh", 30, _http("0+1x40", "0+49x40"), _http("0+1x40", "0+199x40"), value="2%"),
    Case("ErrorRateCritical", 30, _http("0+1x40", "0+9x40"), _http("0+1x40", "0+49x40"),
         value="10%"),
    Case("AnswersSlow", 30, _slow(DURATION, ("0.2", "0.5"), "0+10x40") | ALL,
         _slow(DURATION, ("0.2", "0.5"), "0+20x40") | ALL, value="470ms"),
    Case("AnswersVerySlow", 30, _slow(DURATION, ("1.0", "2.5"), "0+10x40") | ALL,
         _slow(DURATION, ("1.0", "2.5"), "0+20x40") | ALL, value="2.35s"),
    Case("SearchSlow", 40,
         _slow("paperbus_search_duration_seconds_bucket", ("1.0", "2.5"), "0+10x40")
         | _one("search_duration_seconds_count", "0+20x40"),
         _slow("paperbus_search_duration_seconds_bucket", ("1.0", "2.5"), "0+20x40")
         | _one("search_duration_seconds_count", "0+20x40"), value="2.35s"),
)  # fmt: skip

STORES = (
    Case("NatsUnhealthy", 2, _one("nats_healthy", "0x5"), _one("nats_healthy", "1x5")),
    Case("StoreDown", 4, _one('dependency_up{dependency="qdrant"}', "0x10"),
         _one('dependency_up{dependency="qdrant"}', "1x10"), 'dependency="qdrant"'),
    Case("StreamNearlyFull", 15,
         _one(f"stream_bytes{STREAM}", "85x20") | _one(f"stream_max_bytes{STREAM}", "100x20"),
         _one(f"stream_bytes{STREAM}", "85x20"), 'stream="PAPERS"', "85%"),
    Case("StreamFull", 10,
         _one(f"stream_bytes{STREAM}", "96x20") | _one(f"stream_max_bytes{STREAM}", "100x20"),
         _one(f"stream_bytes{STREAM}", "90x20") | _one(f"stream_max_bytes{STREAM}", "100x20"),
         'stream="PAPERS"', "96%"),
    Case("BusPermissionDenied", 20, {DENIED: "_x10 1x20"}, {DENIED: "3x30"},
         f'{INDEXER},kind="PermissionsViolation"'),
    Case("BusErrors", 20, {BUS_ERRORS: "0+3x30"}, {BUS_ERRORS: "0+1x30"},
         f'{INDEXER},kind="TimeoutError"', "45"),
    Case("DiskFilling", 15, _one('disk_used_ratio{volume="data"}', "0.85x20"),
         _one('disk_used_ratio{volume="data"}', "0.7x20"), 'volume="data"', "85%"),
    Case("DiskNearlyFull", 10, _one('disk_used_ratio{volume="data"}', "0.92x20"),
         _one('disk_used_ratio{volume="data"}', "0.85x20"), 'volume="data"', "92%"),
    Case("DiskFull", 5, _one('disk_used_ratio{volume="data"}', "0.97x20"),
         _one('disk_used_ratio{volume="data"}', "0.92x20"), 'volume="data"', "97%"),
    Case("DiskFillsSoon", 1520, _one('disk_free_bytes{volume="data"}', "1000000-1000x330"),
         _one('disk_free_bytes{volume="data"}', "1000000-100x330"), 'volume="data"', every=5),
    Case("EmergencyMode", 1, _one("emergency_mode", "1x5"), _one("emergency_mode", "0x5")),
)  # fmt: skip

UPKEEP = (
    Case("SpendNearBudget", 2,
         _one('spend_usd{period="day"}', "0.9x5") | _one('budget_usd{period="day"}', "1x5"),
         _one('spend_usd{period="day"}', "0.9x5"), 'period="day"', "90%"),
    Case("SpendOverBudget", 2,
         _one('spend_usd{period="day"}', "1.1x5") | _one('budget_usd{period="day"}', "1x5"),
         _one('spend_usd{period="day"}', "0.9x5") | _one('budget_usd{period="day"}', "1x5"),
         'period="day"'),
    Case("SpendUnusual", 1500, {COST: "0+0.001x287 1+1x20"}, {COST: "0+1x310"},
         value="12", every=5),
    Case("ModelFails", 30,
         _two(CALLS, ('model="m",outcome="error"', "0+1x40"), ('model="m",outcome="ok"', "0+1x40")),
         _two(CALLS, ('model="m",outcome="error"', "0+1x40"), ('model="m",outcome="ok"', "0+9x40")),
         'model="m"', "50%"),
    Case("BackupOld", 370, _one("backup_last_success_timestamp_seconds", "-100000x400"),
         _one("backup_last_success_timestamp_seconds", "0x400")),
    Case("BackupOld", 370, _one("ready", "1x400"),
         _one("backup_last_success_timestamp_seconds", "0x400")),
    Case("BackupMissing", 15, _one("backup_last_success_timestamp_seconds", "-700000x20"),
         _one("backup_last_success_timestamp_seconds", "-100000x20"), value="8d 2h 41m 40s"),
    Case("BackupShrank", 1460, _one("backup_bytes", "100x288 40x10"),
         _one("backup_bytes", "100x288 60x10"), every=5),
    Case("ScheduleOverdue", 15, _one(f'{GOOD}backup"}}', "-100000x20"),
         _one(f'{GOOD}fetch-arxiv"}}', "-100000x20") | _one(f'{GOOD}report-weekly"}}', "-600000x20")
         | _one(f'{GOOD}report-monthly"}}', "-2600000x20") | _one(f'{GOOD}doctor"}}', "-100000x20")
         | _one('schedule_paused{schedule="doctor"}', "1x20"),
         'schedule="backup"', "1d 4h 1m 40s"),
    Case("ScheduleNeverRan", 1600, _one('schedule_paused{schedule="backup"}', "0x330"),
         _one('schedule_paused{schedule="backup"}', "0x330") | _one(f'{GOOD}backup"}}', "0x330")
         | _one('schedule_paused{schedule="report-weekly"}', "0x330"),
         'schedule="backup"', every=5),
    Case("SchedulePaused", 1460, _one('schedule_paused{schedule="backup"}', "1x300"),
         _one('schedule_paused{schedule="backup"}', "0x300"), 'schedule="backup"', every=5),
    Case("ReconcileFindings", 15, _one("reconcile_differences", "2x20"),
         _one("reconcile_differences", "0x20"), value="2"),
    Case("CertificateEndsSoon", 70,
         _one('certificate_expiry_timestamp_seconds{name="gateway"}', "1000000x80"),
         _one('certificate_expiry_timestamp_seconds{name="gateway"}', "3000000x80"),
         'name="gateway"', "11d 12h 36m 40s"),
    Case("CertificateEnds", 15,
         _one('certificate_expiry_timestamp_seconds{name="gateway"}', "200000x20"),
         _one('certificate_expiry_timestamp_seconds{name="gateway"}', "300000x20"),
         'name="gateway"', "2d 7h 18m 20s"),
    Case("KeyOld", 70, _one('key_age_seconds{user="fetcher"}', "32000000x80"),
         _one('key_age_seconds{user="fetcher"}', "30000000x80"),
         'user="fetcher"', "370d 8h 53m 20s"),
    Case("Watchdog", 1, {}, None),
    Case("CensusStale", 15, _one('census_last_success_timestamp_seconds{part="bus"}', "-2000x20"),
         _one('census_last_success_timestamp_seconds{part="keys"}', "-2000x20"),
         'part="bus"', "48m 20s"),
    Case("AlertsNotSent", 10,
         {'alertmanager_notifications_failed_total{integration="email"}': "0+1x20"},
         {'alertmanager_notifications_failed_total{integration="email"}': "7x20"},
         'integration="email"'),
    Case("RulesFail", 20, {"prometheus_rule_evaluation_failures_total": "0+1x30"},
         {"prometheus_rule_evaluation_failures_total": "9x30"}, value="15"),
)  # fmt: skip

CASES: tuple[Case, ...] = (*PAPERS, *SERVICES, *STORES, *UPKEEP)
