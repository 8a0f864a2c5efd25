"""The gateway: search, API, live page."""

from render import objectives as goal
from render.dashboards.model import BLUE, RED, YELLOW, Column, Dashboard, Panel, Query, Row, Stat
from render.dashboards.queries import RATE, quantile, quantiles, rate

REQUESTS = "paperbus_http_requests_total"
DURATION = "paperbus_http_request_duration_seconds"
SEARCH = "paperbus_search_duration_seconds"
LATENCY = ((goal.LATENCY_WARN_S, YELLOW), (goal.LATENCY_BAD_S, RED))
ERROR_STEPS = ((goal.ERRORS_WARN, YELLOW), (goal.ERRORS_BAD, RED))
FAILED = (
    f'(sum(rate({REQUESTS}{{status=~"5.."}}{RATE})) or vector(0))'
    f" / (sum(rate({REQUESTS}{RATE})) > 0)"
)

NOW = (
    Stat(
        title="Requests",
        about="Answered each second.",
        queries=(Query(rate(REQUESTS)),),
        unit="reqps",
        first=BLUE,
    ),
    Stat(
        title="Failed",
        about="Share answered with 5xx.",
        queries=(Query(FAILED),),
        unit="percentunit",
        steps=ERROR_STEPS,
        empty="no request",
    ),
    Stat(
        title="Half are answered in",
        about="Median over all routes; live streams are left out.",
        queries=(Query(quantile(0.5, DURATION)),),
        unit="s",
        steps=LATENCY,
        empty="no request",
    ),
    Stat(
        title="95 of 100 are answered in",
        about="Over all routes; live streams are left out.",
        queries=(Query(quantile(0.95, DURATION)),),
        unit="s",
        steps=LATENCY,
        empty="no request",
    ),
    Stat(
        title="95 of 100 searches take",
        about="Inside the gateway, without identifiers that lead straight to a paper.",
        queries=(Query(quantile(0.95, SEARCH)),),
        unit="s",
        steps=LATENCY,
        empty="no search",
    ),
    Stat(
        title="Live pages",
        about="Streams of server-sent events that are open.",
        queries=(Query("sum(paperbus_sse_clients)"),),
        first=BLUE,
    ),
)
TRAFFIC = (
    Panel(
        title="Requests by status",
        about="Each second.",
        queries=(Query(rate(REQUESTS, "status"), "{{status}}"),),
        unit="reqps",
        stack=True,
    ),
    Panel(
        title="Requests by route",
        about="The eight busiest.",
        queries=(Query(f"topk(8, {rate(REQUESTS, 'route')})", "{{route}}"),),
        unit="reqps",
        stack=True,
    ),
    Panel(
        title="Share that failed",
        about="Answered with 5xx, by route.",
        queries=(
            Query(
                f'sum by (route) (rate({REQUESTS}{{status=~"5.."}}{RATE}))'
                f" / (sum by (route) (rate({REQUESTS}{RATE})) > 0)",
                "{{route}}",
            ),
            Query(FAILED, "all"),
        ),
        unit="percentunit",
        steps=ERROR_STEPS,
    ),
)
TIMES = (
    Panel(
        title="Time to answer",
        about="All routes; live streams are left out.",
        queries=quantiles(DURATION, 0.5, 0.95, 0.99),
        unit="s",
        steps=LATENCY,
    ),
    Panel(
        title="Time to search, 95 of 100",
        about="By kind of search.",
        queries=(Query(quantile(0.95, SEARCH, "mode"), "{{mode}}"),),
        unit="s",
        steps=LATENCY,
    ),
    Panel(
        title="Searches by kind",
        about="Each minute.",
        queries=(Query(f"60 * {rate(f'{SEARCH}_count', 'mode')}", "{{mode}}"),),
        stack=True,
    ),
    Panel(
        title="Routes",
        about="Over the last hour: requests, and the time that 95 of 100 took at most.",
        kind="table",
        width=16,
        height=10,
        sort="Requests",
        queries=(
            Query(f"sum by (method, route) (increase({REQUESTS}[1h])) > 0"),
            Query(
                "histogram_quantile(0.95, "
                f"sum by (le, method, route) (increase({DURATION}_bucket[1h]))) > 0"
            ),
            Query(f'sum by (method, route) (increase({REQUESTS}{{status=~"5.."}}[1h])) > 0'),
        ),
        columns=(
            Column("method", "Method"),
            Column("route", "Route"),
            Column("Value #A", "Requests", "short"),
            Column("Value #B", "95 of 100", "s", LATENCY),
            Column("Value #C", "Failed", "short", ((0, RED),)),
        ),
    ),
    Panel(
        title="The gateway itself",
        about="Cores used, and how late its event loop was: a loop that is late delays everybody.",
        queries=(
            Query(f'sum(rate(process_cpu_seconds_total{{service="gateway"}}{RATE}))', "cores"),
            Query('max(paperbus_event_loop_lag_seconds{service="gateway"})', "loop late by, s"),
        ),
        height=10,
    ),
)

DASHBOARD = Dashboard(
    name="search",
    title="Search and API",
    about="The gateway: requests, errors, time to answer, live pages.",
    rows=(
        Row(title="", panels=NOW),
        Row(title="Requests", panels=TRAFFIC),
        Row(title="Time", panels=TIMES),
    ),
)
