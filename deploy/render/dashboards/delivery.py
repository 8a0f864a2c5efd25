"""Who was told, how soon, and what did not arrive."""

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
from render.dashboards.promises import DELIVERED, kept, longest
from render.dashboards.queries import grown, quantiles, rate, told

TRIES = "paperbus_notifications_total"
SENT, ENDED = 'outcome="sent"', 'outcome!="retry"'
BAD = 'outcome=~"failed|unknown|gone"'
SHARE_STEPS = ((0.95, YELLOW), (0.99, GREEN))
WAITING = 'service="notifier"'

NOW = (
    Stat(
        title="Told, 24 h",
        about="Deliveries that arrived in the last 24 hours.",
        queries=(Query(f"{grown(TRIES, '24h', where=SENT)} or vector(0)"),),
        decimals=0,
        first=BLUE,
    ),
    Stat(
        title="Arrived",
        about="Share of the deliveries of the last 24 hours that ended and arrived.",
        queries=(
            Query(
                f"({grown(TRIES, '24h', where=SENT)} or vector(0))"
                f" / ({grown(TRIES, '24h', where=ENDED)} > 0)"
            ),
        ),
        unit="percentunit",
        first=RED,
        steps=SHARE_STEPS,
        empty="none",
        most=1,
    ),
    Stat(
        title="Given up, 24 h",
        about="Failed for good, receiver gone, or not known whether it arrived.",
        queries=(Query(f"{grown(TRIES, '24h', where=BAD)} or vector(0)"),),
        decimals=0,
        steps=((1, YELLOW), (20, RED)),
    ),
    kept(
        DELIVERED,
        "Share of the papers of the last 24 hours told within four hours of their announcement.",
        empty="none",
    ),
    Stat(
        title="Waiting",
        about="Messages before the notifier, with those in its hands.",
        queries=(
            Query(
                f"sum({told('paperbus_consumer_pending', 'durable', WAITING)}"
                f" + {told('paperbus_consumer_ack_pending', 'durable', WAITING)})"
            ),
        ),
        steps=((goal.QUEUE_WARN, YELLOW), (goal.QUEUE_BAD, RED)),
    ),
    longest(DELIVERED),
)
PANELS = (
    Panel(
        title="Tries by what came of them, each minute",
        about="sent, retry (later again), failed (for good), gone (the receiver said so),"
        " unknown (it may have arrived, so it is not sent twice).",
        queries=(Query(f"60 * {rate(TRIES, 'outcome')}", "{{outcome}}"),),
        stack=True,
        width=12,
    ),
    Panel(
        title="Told by channel, each minute",
        about="Deliveries that arrived.",
        queries=(Query(f"60 * {rate(TRIES, 'channel', SENT)}", "{{channel}}"),),
        stack=True,
        width=12,
    ),
    Panel(
        title="From announcement to being told",
        about="Over all watches and channels.",
        queries=quantiles(DELIVERED.metric, 0.5, 0.95),
        unit="s",
        steps=((goal.DELIVERED_S, YELLOW),),
        width=12,
    ),
    Panel(
        title="Channels over the last 24 hours",
        about="What came of the tries.",
        kind="table",
        width=12,
        queries=tuple(
            Query(grown(TRIES, "24h", "channel", f'outcome="{outcome}"'))
            for outcome in ("sent", "retry", "failed", "gone", "unknown")
        ),
        columns=(
            Column("channel", "Channel"),
            Column("Value #A", "Sent", "short"),
            Column("Value #B", "Tried again", "short"),
            Column("Value #C", "Failed", "short", ((1, RED),)),
            Column("Value #D", "Receiver gone", "short"),
            Column("Value #E", "Not known", "short", ((1, YELLOW),)),
        ),
    ),
)

DASHBOARD = Dashboard(
    name="delivery",
    title="Delivery",
    about="Who was told, how soon, and what did not arrive.",
    span="24h",
    rows=(Row(title="", panels=NOW), Row(title="Deliveries", panels=PANELS)),
)
