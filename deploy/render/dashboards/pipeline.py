"""Every step of a paper: how much, how far behind, how old, how long."""

from render import objectives as goal
from render.dashboards.model import (
    GREEN,
    RED,
    YELLOW,
    Column,
    Dashboard,
    Panel,
    Query,
    Row,
)
from render.dashboards.queries import dependency_waits, quantile, rate, told

AGE_STEPS = ((goal.WAIT_WARN_S, YELLOW), (goal.WAIT_BAD_S, RED))
STAGE = "paperbus_paper_stage_duration_seconds"


def _durables(metric: str) -> str:
    return told(f"paperbus_consumer_{metric}", "durable, service")


LAG = (
    Panel(
        title="Settled, each minute",
        about="Messages a service was done with, whatever came of them.",
        queries=(Query(f"60 * {rate('paperbus_messages_total', 'service')}", "{{service}}"),),
    ),
    Panel(
        title="What came of them, each minute",
        about="done; already (made before, nothing to do); lost (another was faster); retry;"
        " dead (a dead letter); stopped (given back at a stop).",
        queries=(Query(f"60 * {rate('paperbus_messages_total', 'outcome')}", "{{outcome}}"),),
        stack=True,
    ),
    Panel(
        title="Oldest message not settled",
        about="Age of the oldest message of each service; a paused one waits on purpose.",
        queries=(
            Query(
                f"max by (service) ({_durables('oldest_age_seconds')})",
                "{{service}}",
            ),
        ),
        unit="s",
        steps=AGE_STEPS,
    ),
    Panel(
        title="Not yet given out",
        about="Lag of each service: messages that none of its replicas has taken.",
        queries=(Query(f"sum by (service) ({_durables('pending')})", "{{service}}"),),
        stack=True,
    ),
    Panel(
        title="In work",
        about="Messages given out and not settled.",
        queries=(Query(f"sum by (service) ({_durables('ack_pending')})", "{{service}}"),),
        stack=True,
    ),
    Panel(
        title="Given out more than once",
        about="Messages that came back at least once and are still not settled.",
        queries=(Query(f"sum by (service) ({_durables('redelivered')})", "{{service}}"),),
        stack=True,
    ),
    Panel(
        title="Each durable now",
        about="The same by durable, as `paperbus status` shows it.",
        kind="table",
        width=24,
        height=10,
        sort="Oldest",
        queries=tuple(
            Query(_durables(metric))
            for metric in (
                "pending",
                "ack_pending",
                "redelivered",
                "oldest_age_seconds",
                "paused",
            )
        ),
        columns=(
            Column("durable", "Durable"),
            Column("service", "Service"),
            Column("Value #A", "Waiting"),
            Column("Value #B", "In work"),
            Column("Value #C", "Came back"),
            Column("Value #D", "Oldest", "s", AGE_STEPS),
            Column("Value #E", "Paused", "bool_yes_no", ((1, YELLOW),)),
        ),
    ),
)
DURATIONS = (
    Panel(
        title="Half of the messages take less",
        about="From taking a message to storing its result, by service.",
        queries=(Query(quantile(0.5, STAGE, "stage"), "{{stage}}"),),
        unit="s",
    ),
    Panel(
        title="95 of 100 take less",
        about="From taking a message to storing its result, by service.",
        queries=(Query(quantile(0.95, STAGE, "stage"), "{{stage}}"),),
        unit="s",
    ),
    Panel(
        title="Parts of indexing, 95 of 100",
        about="Reading the PDF, making vectors, storing points.",
        queries=(Query(quantile(0.95, "paperbus_index_part_seconds", "part"), "{{part}}"),),
        unit="s",
    ),
)
FETCH = (
    Panel(
        title="Announced, each hour",
        about="New papers and versions, by source.",
        queries=(
            Query(f"3600 * {rate('paperbus_papers_announced_total', 'source')}", "{{source}}"),
        ),
    ),
    Panel(
        title="Requests to sources, each minute",
        about="By host and code; code may also be unreachable, timeout or broken.",
        queries=(
            Query(
                f"60 * {rate('paperbus_upstream_requests_total', 'host, code')}",
                "{{host}} {{code}}",
            ),
        ),
        stack=True,
    ),
    Panel(
        title="PDFs read, each minute",
        about="By what came of it: text, or why there is none.",
        queries=(Query(f"60 * {rate('paperbus_pdfs_read_total', 'outcome')}", "{{outcome}}"),),
        stack=True,
    ),
)
TROUBLE = (
    Panel(
        title="Waits for a dependency, each minute",
        about="A dependency that is down is waited for and costs no attempt.",
        queries=(Query(dependency_waits(), "{{dependency}}"),),
    ),
    Panel(
        title="Paused by the service",
        about="1 while a durable gives nothing out: a dependency is down or a budget is spent.",
        kind="state-timeline",
        queries=(Query(f"max by (service) ({_durables('paused')})", "{{service}}"),),
        first=GREEN,
        steps=((1, YELLOW),),
        names=((0, "at work"), (1, "paused")),
    ),
    Panel(
        title="Dead letters made and replayed, each hour",
        about="A service replays its own when what failed works again.",
        queries=(
            Query(f"3600 * ({rate('paperbus_dead_letters_total')} or vector(0))", "made"),
            Query(
                f"3600 * ({rate('paperbus_dead_letters_redriven_total')} or vector(0))",
                "replayed by itself",
            ),
            Query(
                f"3600 * ({rate('paperbus_ledger_races_lost_total')} or vector(0))",
                "results too late",
            ),
        ),
    ),
)

DASHBOARD = Dashboard(
    name="pipeline",
    title="Pipeline",
    about="Every step of a paper: how much, how far behind, how old, how long.",
    rows=(
        Row(title="Rate and lag", panels=LAG),
        Row(title="Durations", panels=DURATIONS),
        Row(title="Sources", panels=FETCH),
        Row(title="Trouble", panels=TROUBLE),
    ),
)
