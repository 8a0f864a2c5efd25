"""Dashboards are drawn without Grafana as it would show them."""

from typing import Any

import httpx
import pytest

from render.dashboards import overview
from render.dashboards.grafana import page
from render.dashboards.model import Column, Dashboard, Panel, Query, Row, Stat
from render.panels.asking import Prometheus, Span
from render.panels.page import page as picture
from render.panels.units import ticks, written


def answers(request: httpx.Request) -> httpx.Response:
    """A Prometheus that answers everything with two courses, or two values."""
    form = dict(httpx.QueryParams(request.content.decode()))
    assert "$" not in form["query"]
    labels = [{"service": "fetcher", "state": "<b>"}, {"service": "indexer", "state": "ready"}]
    if request.url.path.endswith("query"):
        result = [{"metric": one, "value": [1000, "0.5"]} for one in labels]
    else:
        values = [[1000 + 10 * at, str(at)] for at in range(10)]
        result = [{"metric": one, "values": values} for one in labels]
    return httpx.Response(200, json={"status": "success", "data": {"result": result}})


def asked(answer: Any = answers) -> Prometheus:
    client = httpx.Client(transport=httpx.MockTransport(answer), base_url="http://prometheus")
    return Prometheus(client, span=Span(1000, 1100, 10), rate_s=60)


DRAWN = Dashboard(
    name="one",
    title="One",
    about="All kinds.",
    rows=(
        Row(title="", panels=(Stat(title="Number", about="x", queries=(Query("up"),)),)),
        Row(
            title="Kinds",
            panels=(
                Panel(
                    title="Lines",
                    about="x",
                    queries=(Query("up", "{{service}}"),),
                    steps=((3, "red"),),
                ),
                Panel(title="Areas", about="x", queries=(Query("up", "{{state}}"),), stack=True),
                Panel(title="Bars", about="x", queries=(Query("up", "{{service}}"),), bars=True),
                Panel(
                    title="Gauges",
                    about="x",
                    kind="bargauge",
                    unit="percentunit",
                    queries=(Query("up", "{{service}}"),),
                ),
                Panel(
                    title="Cells",
                    about="x",
                    kind="table",
                    queries=(Query("up"), Query("up")),
                    columns=(Column("service", "Who"), Column("Value #B", "How long", "s")),
                ),
                Panel(
                    title="States",
                    about="x",
                    kind="state-timeline",
                    queries=(Query("up", "{{service}}"),),
                ),
            ),
        ),
    ),
)


def test_every_kind_of_panel_is_drawn() -> None:
    made = picture(page(DRAWN), asked())
    titles = ("Number", "Lines", "Areas", "Bars", "Gauges", "Cells", "States")
    for title in titles:
        assert f"<h3>{title}</h3>" in made
    assert "No data" not in made
    assert "<b></td>" not in made  # what came from outside is text
    assert "&lt;b&gt;" in made
    assert ">50 %<" in made
    assert ">500 ms<" in made
    assert 'class="limit"' in made


def test_states_stand_in_the_order_a_paper_takes_them() -> None:
    (panel,) = [
        one
        for row in overview.DASHBOARD.rows
        for one in row.panels
        if one.title == "Papers by how far they have come"
    ]
    order = ["announced", "fetched", "embedded", "summarised", "notified", "dead", "cancelled"]
    assert [query.legend for query in panel.queries] == order
    rows = (Row(title="", panels=(panel,)),)
    drawn = picture(page(Dashboard(name="one", title="One", about="x", rows=rows)), asked())
    places = [drawn.index(f"<span>{state}</span>") for state in order]
    assert places == sorted(places)


def test_where_nothing_is_known_the_picture_says_so() -> None:
    def silent(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"status": "success", "data": {"result": []}})

    assert picture(page(DRAWN), asked(silent)).count("No data") == 6


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.00042, "s", "420 µs"),
        (0.25, "s", "250 ms"),
        (90, "s", "1.5 mins"),
        (0, "s", "0 s"),
        (5 * 86_400, "s", "5 days"),
        (1536, "bytes", "1.5 KiB"),
        (0.9995, "percentunit", "100 %"),
        (0.953, "percentunit", "95.3 %"),
        (12_300, "short", "12.3 K"),
        (0.04, "short", "0.04"),
        (1, "bool_yes_no", "Yes"),
        (2.5, "reqps", "2.5 req/s"),
    ],
)
def test_values_are_written_for_people(value: float, unit: str, text: str) -> None:
    assert written(value, unit) == text


def test_money_has_the_decimals_that_were_asked_for() -> None:
    assert written(1234.5, "currencyUSD", 2) == "$1,234.50"


@pytest.mark.parametrize(
    ("low", "high", "unit", "marks"),
    [
        (0, 7, "short", [0, 2, 4, 6, 8]),
        (0, 100, "s", [0, 30, 60, 90, 120]),
        (0, 3 * 1024**2, "bytes", [0, 2**20, 2**21, 3 * 2**20]),
        (0, 0, "short", [0, 1]),
    ],
)
def test_axes_have_round_marks(low: float, high: float, unit: str, marks: list[float]) -> None:
    assert list(ticks(low, high, unit)) == marks
