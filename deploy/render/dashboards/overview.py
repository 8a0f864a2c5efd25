"""The first page: is everything well, and if not, where to look."""

from cli.census.papers import STATES
from common import topology
from render import objectives as goal
from render.dashboards.model import (
    BLUE,
    GREEN,
    ORANGE,
    RED,
    YELLOW,
    Column,
    Dashboard,
    Panel,
    Query,
    Row,
    Stat,
)
from render.dashboards.promises import DELIVERED, SEARCHABLE, complete, kept
from render.dashboards.queries import grown, or_zero, quantiles, rate, told

DONE = 'outcome="done"'
FIRING = 'ALERTS{alertstate="firing",severity!="none"}'
WORKERS = len(topology.WORKERS)

NOW = (
    Stat(
        title="Services ready",
        width=3,
        about=f"Of {WORKERS}: the five services and the operator's worker.",
        queries=(Query("count(min by (service) (paperbus_ready) == 1) or vector(0)"),),
        first=RED,
        steps=((WORKERS, GREEN),),
        most=WORKERS,
    ),
    Stat(
        title="Alerts",
        width=3,
        about="Alerts that fire now.",
        queries=(Query(f"count({FIRING}) or vector(0)"),),
        steps=((1, RED),),
    ),
    complete(width=3),
    kept(
        SEARCHABLE,
        "Share of the papers of the last 24 hours found by search within an hour of their"
        " announcement.",
        empty="no paper",
        width=3,
    ),
    kept(
        DELIVERED,
        "Share of the papers of the last 24 hours told within four hours.",
        empty="nobody told",
        width=3,
    ),
    Stat(
        title="Oldest message",
        width=3,
        about="Age of the oldest message that no service has settled yet.",
        queries=(Query(f"max({told('paperbus_consumer_oldest_age_seconds', 'durable')})"),),
        unit="s",
        steps=((goal.WAIT_WARN_S, YELLOW), (goal.WAIT_BAD_S, RED)),
    ),
    Stat(
        title="Dead letters",
        width=3,
        about="Dead letters that were neither replayed nor dropped: `paperbus dead list`.",
        queries=(
            Query(f"sum({told('paperbus_dead_letters_held', 'service, reason')}) or vector(0)"),
        ),
        steps=((1, ORANGE), (50, RED)),
    ),
    Stat(
        title="Spent today",
        width=3,
        about="US dollars spent on models since midnight UTC.",
        queries=(Query(told("paperbus_spend_usd", where='period="day"')),),
        unit="currencyUSD",
        first=BLUE,
        decimals=2,
    ),
)

FLOW = (
    Panel(
        title="Papers on their way",
        about="Messages that each service finished, for each minute.",
        queries=(
            Query(
                f"60 * {rate('paperbus_messages_total', 'service', DONE)}",
                "{{service}}",
            ),
        ),
        unit="short",
    ),
    Panel(
        title="Waiting",
        about="Messages given to a service and not yet settled, with those not yet given out.",
        queries=(
            Query(
                f"sum by (service) ({told('paperbus_consumer_pending', 'durable, service')}"
                f" + {told('paperbus_consumer_ack_pending', 'durable, service')})",
                "{{service}}",
            ),
        ),
        stack=True,
    ),
    Panel(
        title="Papers by how far they have come",
        about="The newest version of each paper, on its way from announced to notified.",
        kind="bargauge",
        first=BLUE,
        queries=tuple(
            Query(told("paperbus_papers", where=f'state="{state}"'), state) for state in STATES
        ),
    ),
)
USE = (
    Panel(
        title="Requests of people and programs",
        about="What the gateway answered, by class of status.",
        queries=tuple(
            Query(rate("paperbus_http_requests_total", where=f'status=~"{first}.."'), f"{first}xx")
            for first in (2, 3, 4, 5)
        ),
        unit="reqps",
        stack=True,
    ),
    Panel(
        title="Time to answer",
        about="The gateway's answers; live streams are left out.",
        queries=quantiles("paperbus_http_request_duration_seconds", 0.5, 0.95),
        unit="s",
        steps=((goal.LATENCY_WARN_S, YELLOW), (goal.LATENCY_BAD_S, RED)),
    ),
    Panel(
        title="Errors that were logged",
        about="`paperbus errors` groups them by type and place.",
        queries=(
            Query(
                or_zero(
                    grown("paperbus_errors_total", "5m", "service"), "paperbus_ready", "service"
                ),
                "{{service}}",
            ),
        ),
        bars=True,
        stack=True,
    ),
)
HEALTH = (
    Panel(
        title="Ready",
        about="Whether every replica of a service said it was ready.",
        kind="state-timeline",
        queries=(Query("min by (service) (paperbus_ready)", "{{service}}"),),
        first=RED,
        steps=((1, GREEN),),
        names=((0, "not ready"), (1, "ready")),
        width=12,
    ),
    Panel(
        title="Alerts that fire",
        about="Each has its page in docs/operations/alerts.md.",
        kind="table",
        empty="none",
        queries=(Query(FIRING),),
        columns=(
            Column("alertname", "Alert"),
            Column("severity", "Severity"),
            Column("deadline", "Answer within"),
            Column("service", "Service"),
        ),
        width=12,
    ),
)

DASHBOARD = Dashboard(
    name="overview",
    title="Overview",
    about="Is everything well, and if not, where to look.",
    rows=(
        Row(title="", panels=NOW),
        Row(title="Papers", panels=FLOW),
        Row(title="People and programs", panels=USE),
        Row(title="Services", panels=HEALTH),
    ),
)
