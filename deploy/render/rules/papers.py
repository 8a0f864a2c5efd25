"""Alerts about papers: fresh, complete, moving, and told."""

from common import topology
from render import objectives as goal
from render.rules.alert import Alert, Group, any_of

SEARCHABLE = "paperbus_announce_to_searchable_seconds"
DELIVERED = "paperbus_announce_to_delivered_seconds"
LEAST = 20
"""Fewer observations say nothing about a share."""
OLDEST = "max by (durable, service) (paperbus_consumer_oldest_age_seconds"
RUNNING = "unless on (durable) max by (durable) (paperbus_consumer_paused) == 1"


def _late(name: str, seconds: int) -> str:
    return (
        f'sum(increase({name}_bucket{{le="{seconds:.1f}"}}[6h]))'
        f" / sum(increase({name}_count[6h])) < {goal.FRESH_SHARE}\n"
        f"and sum(increase({name}_count[6h])) >= {LEAST}"
    )


def _overdue(step: str, seconds: int) -> str:
    found = f'max(paperbus_paper_oldest_wait_seconds{{step="{step}"}})'
    return f"{found} > {seconds * goal.OLDEST_FACTOR}"


def _waits(seconds: int, factor: int) -> str:
    """A durable whose work may take longer than that has its own limit."""
    long = [c for c in topology.CONSUMERS if c.deadline_s * factor > seconds]
    names = "|".join(consumer.durable for consumer in long)
    limits = {consumer.deadline_s * factor for consumer in long}
    return any_of(
        f'{OLDEST}{{durable!~"{names}"}}) > {seconds}\n{RUNNING}',
        f'{OLDEST}{{durable=~"{names}"}}) > {max(limits):.0f}\n{RUNNING}',
    )


def _share(metric: str, bad: str, *, by: str, over: str) -> str:
    of = f"sum by ({by}) (increase({metric}[{over}]))"
    return f"sum by ({by}) (increase({metric}{{{bad}}}[{over}])) / {of}"


FRESHNESS = (
    Alert(
        name="SearchableLate",
        expr=_late(SEARCHABLE, goal.SEARCHABLE_S),
        lasts="15m",
        severity="warning",
        summary="Only {{ $value | humanizePercentage }} of the papers of the last six hours were"
        " found by search within an hour.",
    ),
    Alert(
        name="SearchableOverdue",
        expr=_overdue("searchable", goal.SEARCHABLE_S),
        lasts="10m",
        severity="critical",
        summary="A paper was announced {{ $value | humanizeDuration }} ago and is still not found"
        " by search.",
    ),
    Alert(
        name="DeliveredLate",
        expr=_late(DELIVERED, goal.DELIVERED_S),
        lasts="15m",
        severity="warning",
        summary="Only {{ $value | humanizePercentage }} of the papers of the last six hours were"
        " told within four hours.",
    ),
    Alert(
        name="DeliveredOverdue",
        expr=_overdue("delivered", goal.DELIVERED_S),
        lasts="10m",
        severity="critical",
        summary="A paper was announced {{ $value | humanizeDuration }} ago and those who wait for"
        " it were not told.",
    ),
)
COMPLETENESS = (
    Alert(
        name="CoverageIncomplete",
        expr="max by (source) (paperbus_coverage_ratio) < 1",
        lasts="2h",
        severity="warning",
        summary="{{ $labels.source }}: only {{ $value | humanizePercentage }} of the newest"
        " announcement day is in the ledger.",
    ),
    Alert(
        name="CoverageLow",
        expr="max by (source) (paperbus_coverage_ratio) < 0.9",
        lasts="6h",
        severity="critical",
        summary="{{ $labels.source }}: only {{ $value | humanizePercentage }} of the newest"
        " announcement day is in the ledger, for six hours.",
    ),
    Alert(
        name="SourceRefuses",
        expr="max by (source) (paperbus_upstream_stopped_until_timestamp_seconds) - time()"
        f" > {goal.HOUR}",
        severity="warning",
        summary="{{ $labels.source }} asked for {{ $value | humanizeDuration }} of silence.",
    ),
    Alert(
        name="SourceFails",
        expr=_share(
            "paperbus_upstream_requests_total", 'code!~"2..|3..|404"', by="host", over="30m"
        )
        + " > 0.2\nand sum by (host) (increase(paperbus_upstream_requests_total[30m])) >= 5",
        lasts="15m",
        severity="warning",
        summary="{{ $labels.host }} fails {{ $value | humanizePercentage }} of the requests.",
    ),
)
PIPELINE = (
    Alert(
        name="MessageWaits",
        expr=_waits(goal.WAIT_WARN_S, 1),
        lasts="10m",
        severity="warning",
        summary="{{ $labels.service }} has not settled a message of {{ $labels.durable }} for"
        " {{ $value | humanizeDuration }}.",
    ),
    Alert(
        name="MessageStuck",
        expr=_waits(goal.WAIT_BAD_S, 2),
        lasts="10m",
        severity="critical",
        summary="{{ $labels.service }} has not settled a message of {{ $labels.durable }} for"
        " {{ $value | humanizeDuration }}.",
    ),
    Alert(
        name="QueueLong",
        expr="max by (durable, service) (paperbus_consumer_pending)\n"
        f"+ max by (durable, service) (paperbus_consumer_ack_pending) > {goal.QUEUE_BAD}",
        lasts="15m",
        severity="warning",
        summary="{{ $value | humanize }} messages wait before {{ $labels.durable }}.",
    ),
    Alert(
        name="DurablePaused",
        expr="max by (durable, service) (paperbus_consumer_paused) == 1",
        lasts="1h",
        severity="info",
        summary="{{ $labels.durable }} is paused for an hour: a dependency is down or a budget is"
        " spent.",
    ),
    Alert(
        name="MessagesFail",
        expr=_share("paperbus_messages_total", 'outcome=~"retry|dead"', by="service", over="30m")
        + f" > {goal.ERRORS_BAD}\n"
        f"and sum by (service) (increase(paperbus_messages_total[30m])) >= {LEAST}",
        lasts="10m",
        severity="warning",
        summary="{{ $labels.service }} fails at {{ $value | humanizePercentage }} of its messages.",
    ),
    Alert(
        name="DeadLetters",
        expr="max by (service, reason) (paperbus_dead_letters_held) > 0",
        lasts="15m",
        severity="warning",
        summary="{{ $labels.service }} holds {{ $value | humanize }} dead letters:"
        " {{ $labels.reason }}.",
    ),
    Alert(
        name="DeadLettersMany",
        expr=_share("paperbus_messages_total", 'outcome="dead"', by="service", over="30m")
        + " > 0.5\nand sum by (service)"
        ' (increase(paperbus_messages_total{outcome="dead"}[30m])) >= 10',
        severity="critical",
        summary="{{ $labels.service }} gives up {{ $value | humanizePercentage }} of its messages.",
    ),
)
DELIVERY = (
    Alert(
        name="DeliveriesFail",
        expr=_share(
            "paperbus_notifications_total",
            'outcome=~"failed|gone|unknown"',
            by="channel",
            over="1h",
        )
        + f" > {goal.ERRORS_BAD}\n"
        "and sum by (channel) (increase(paperbus_notifications_total"
        '{outcome=~"failed|gone|unknown"}[1h])) >= 3',
        severity="warning",
        summary="{{ $value | humanizePercentage }} of the deliveries by {{ $labels.channel }} do"
        " not arrive.",
    ),
)

GROUPS = (
    Group("freshness", FRESHNESS),
    Group("completeness", COMPLETENESS),
    Group("pipeline", PIPELINE),
    Group("delivery", DELIVERY),
)
