"""Language models: what they cost, how they do, and how much of the budget is left."""

from render import objectives as goal
from render.dashboards.model import BLUE, RED, YELLOW, Column, Dashboard, Panel, Query, Row, Stat
from render.dashboards.queries import grown, quantiles, rate, told

COST = "paperbus_llm_cost_usd_total"
TOKENS = "paperbus_llm_tokens_total"
CALLS = "paperbus_llm_requests_total"
WRITTEN, NOT_WRITTEN = 'how="model"', 'how!="model"'
FAILED = 'outcome="error"'
BUDGET_STEPS = ((goal.SPEND_WARN, YELLOW), (goal.SPEND_FULL, RED))


def _spent(period: str) -> str:
    return told("paperbus_spend_usd", where=f'period="{period}"')


def _dollars(title: str, about: str, period: str) -> Stat:
    return Stat(
        title=title,
        about=about,
        queries=(Query(_spent(period)),),
        unit="currencyUSD",
        decimals=2,
        first=BLUE,
    )


def _share(period: str) -> Stat:
    limit = f'max(paperbus_budget_usd{{period="{period}"}})'
    return Stat(
        title=f"Of the {period}'s budget",
        about="A budget that is spent pauses summaries; nothing is lost.",
        queries=(Query(f"{_spent(period)} / ({limit} > 0)"),),
        unit="percentunit",
        steps=BUDGET_STEPS,
        empty="no limit",
    )


NOW = (
    _dollars("Spent today", "US dollars since midnight UTC.", "day"),
    _share("day"),
    _dollars("Spent this month", "US dollars since the first of the month, UTC.", "month"),
    _share("month"),
    Stat(
        title="A summary costs",
        about="US dollars for each summary a model wrote, over the last 24 hours.",
        queries=(
            Query(
                f"{grown(COST, '24h')}"
                f" / ({grown('paperbus_summaries_total', '24h', where=WRITTEN)} > 0)"
            ),
        ),
        unit="currencyUSD",
        decimals=4,
        first=BLUE,
        empty="none",
    ),
    Stat(
        title="Not paid for",
        about="Share of the summaries of the last 24 hours that came from the store or were"
        " put together from the paper's own sentences.",
        queries=(
            Query(
                f"({grown('paperbus_summaries_total', '24h', where=NOT_WRITTEN)} or vector(0))"
                f" / ({grown('paperbus_summaries_total', '24h')} > 0)"
            ),
        ),
        unit="percentunit",
        first=BLUE,
        empty="none",
    ),
)
MONEY = (
    Panel(
        title="US dollars each hour",
        empty="no model was asked",
        about="By model.",
        queries=(Query(f"3600 * {rate(COST, 'model')}", "{{model}}"),),
        unit="currencyUSD",
        stack=True,
    ),
    Panel(
        title="Tokens each minute",
        empty="no model was asked",
        about="Paid for, by model and kind.",
        queries=(Query(f"60 * {rate(TOKENS, 'model, kind')}", "{{model}} {{kind}}"),),
        stack=True,
    ),
    Panel(
        title="Spent since the day began",
        about="Against the limit of the day, where one is set.",
        queries=(
            Query(_spent("day"), "spent"),
            Query('max(paperbus_budget_usd{period="day"})', "limit"),
        ),
        unit="currencyUSD",
    ),
)
CALLING = (
    Panel(
        title="Calls each minute",
        empty="no model was asked",
        about="Of language models, by what came of them.",
        queries=(Query(f"60 * {rate(CALLS, 'outcome')}", "{{outcome}}"),),
        stack=True,
    ),
    Panel(
        title="Time of a call",
        empty="no model was asked",
        about="Over all models.",
        queries=quantiles("paperbus_llm_request_duration_seconds", 0.5, 0.95),
        unit="s",
    ),
    Panel(
        title="Summaries each minute",
        about="How they were made: by a model, from the paper's own sentences, or found in the"
        " store.",
        queries=(Query(f"60 * {rate('paperbus_summaries_total', 'how')}", "{{how}}"),),
        stack=True,
    ),
    Panel(
        title="Models over the last 24 hours",
        empty="no model was asked",
        about="Calls, those that failed, tokens and cost.",
        kind="table",
        width=24,
        height=6,
        queries=(
            Query(f"{grown(CALLS, '24h', 'model')} > 0"),
            Query(f"{grown(CALLS, '24h', 'model', FAILED)} > 0"),
            Query(grown(TOKENS, "24h", "model", 'kind="input"')),
            Query(grown(TOKENS, "24h", "model", 'kind="output"')),
            Query(grown(COST, "24h", "model")),
        ),
        columns=(
            Column("model", "Model"),
            Column("Value #A", "Calls", "short"),
            Column("Value #B", "Failed", "short", ((0, RED),)),
            Column("Value #C", "Tokens in", "short"),
            Column("Value #D", "Tokens out", "short"),
            Column("Value #E", "Cost", "currencyUSD"),
        ),
    ),
)

DASHBOARD = Dashboard(
    name="spend",
    title="Models and spend",
    about="What language models cost, how they do, and how much of the budget is left.",
    span="24h",
    rows=(
        Row(title="", panels=NOW),
        Row(title="Money", panels=MONEY),
        Row(title="Calls", panels=CALLING),
    ),
)
