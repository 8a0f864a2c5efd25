"""Whether every paper is there, and how soon it was."""

from render import objectives as goal
from render.dashboards.model import (
    BLUE,
    ORANGE,
    YELLOW,
    Column,
    Dashboard,
    Panel,
    Query,
    Row,
    Stat,
)
from render.dashboards.promises import DELIVERED, SEARCHABLE, complete, kept, longest
from render.dashboards.queries import age, quantiles, rate, told

SEARCHED = 'state=~"embedded|summarised|notified"'

NOW = (
    complete(width=4),
    Stat(
        title="Ready",
        about="Papers whose newest version went all the way.",
        queries=(Query(told("paperbus_papers", where='state="notified"')),),
        first=BLUE,
        decimals=0,
    ),
    kept(SEARCHABLE, "Share of the papers of the last 24 hours.", empty="no paper"),
    longest(SEARCHABLE),
    kept(DELIVERED, "Share of the papers of the last 24 hours.", empty="nobody told"),
    longest(DELIVERED),
)
COMPLETENESS = (
    Panel(
        title="Complete, by source",
        about="Share of the papers of the newest announcement day that are in the ledger.",
        queries=(Query(told("paperbus_coverage_ratio", "source"), "{{source}}"),),
        unit="percentunit",
        most=1,
    ),
    Panel(
        title="Papers by how far they have come",
        about="Each paper is in one of these; notified means ready.",
        queries=(Query(told("paperbus_papers", "state"), "{{state}}"),),
        stack=True,
    ),
    Panel(
        title="Known and searchable",
        about="The two meet when no paper waits and none is dead.",
        queries=(
            Query(f"sum({told('paperbus_papers', 'state')})", "known"),
            Query(f"sum({told('paperbus_papers', 'state', SEARCHED)})", "searchable"),
        ),
    ),
    Panel(
        title="Dead letters held",
        about="By service and reason: `paperbus dead list`.",
        queries=(
            Query(
                f"{told('paperbus_dead_letters_held', 'service, reason')} > 0",
                "{{service}} {{reason}}",
            ),
            Query(
                f"sum({told('paperbus_dead_letters_held', 'service, reason')}) or vector(0)", "all"
            ),
        ),
    ),
    Panel(
        title="What reconciling found, each day",
        about="Differences between ledger, objects and index, and those put right.",
        queries=(
            Query(f"86400 * {rate('paperbus_reconcile_found_total', 'kind')}", "{{kind}}"),
            Query(f"86400 * ({rate('paperbus_reconcile_mended_total')} or vector(0))", "mended"),
        ),
    ),
    Panel(
        title="Feeds",
        about="Since a run of the feed ended without an error.",
        kind="table",
        queries=(Query(age("paperbus_harvest_last_timestamp_seconds", "feed")),),
        columns=(
            Column("feed", "Feed"),
            Column("Value", "Last good run", "s", ((26 * goal.HOUR, YELLOW),)),
        ),
    ),
)
FRESHNESS = (
    Panel(
        title="From announcement to search",
        about="The promise: 95 of 100 within an hour.",
        queries=quantiles(SEARCHABLE.metric, 0.5, 0.95),
        unit="s",
        steps=((goal.SEARCHABLE_S, ORANGE),),
    ),
    Panel(
        title="From announcement to being told",
        about="The promise: 95 of 100 within four hours.",
        queries=quantiles(DELIVERED.metric, 0.5, 0.95),
        unit="s",
        steps=((goal.DELIVERED_S, ORANGE),),
    ),
    Panel(
        title="Waits longest",
        about="Age of the oldest announcement not yet found by search, and not yet told.",
        queries=(Query(told("paperbus_paper_oldest_wait_seconds", "step"), "{{step}}"),),
        unit="s",
    ),
    Panel(
        title="How soon papers were found by search, 24 h",
        about="Papers that took no longer than each bound.",
        kind="bargauge",
        first=BLUE,
        width=12,
        queries=(
            Query(f"sum by (le) (increase({SEARCHABLE.metric}_bucket[24h]))", "within {{le}} s"),
        ),
        decimals=0,
    ),
    Panel(
        title="How soon people were told, 24 h",
        about="Papers that took no longer than each bound.",
        kind="bargauge",
        first=BLUE,
        width=12,
        queries=(
            Query(f"sum by (le) (increase({DELIVERED.metric}_bucket[24h]))", "within {{le}} s"),
        ),
        decimals=0,
    ),
)

DASHBOARD = Dashboard(
    name="completeness",
    title="Completeness and freshness",
    about="Whether every paper is there, and how soon it was.",
    span="24h",
    rows=(
        Row(title="", panels=NOW),
        Row(title="Completeness", panels=COMPLETENESS),
        Row(title="Freshness", panels=FRESHNESS),
    ),
)
