"""Every dashboard is one that Grafana reads, and every query in it names what is exported."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from common.metrics import CHAIN_BUCKETS
from known_metrics import ours
from promql import problems, selectors
from render import dashboards
from render import objectives as goal
from render.dashboards.drawn import drawn
from render.dashboards.model import Panel, Query
from render.fleet import ROOT

GRAFANA = ROOT / "deploy" / "grafana"
PAGES = {Path(name).stem: json.loads(text) for name, text in dashboards.files().items()}
DISPLAYED = {"timeseries", "stat", "bargauge", "table", "state-timeline", "row"}


def panels(dashboard: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Those of closed rows too."""
    for panel in dashboard["panels"]:
        yield panel
        yield from panel.get("panels", ())


def queries() -> Iterator[tuple[str, str]]:
    for name, dashboard in PAGES.items():
        for panel in panels(dashboard):
            for target in panel.get("targets", ()):
                yield f"{name}: {panel['title']}", target["expr"]
        for annotation in dashboard["annotations"]["list"]:
            yield f"{name}: annotation", annotation["expr"]


def test_every_query_parses_and_names_what_is_exported() -> None:
    found = [f"{where}: {words}" for where, query in queries() for words in problems(query)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("sum(rate(paperbus_nothing_total[5m]))", "nobody exports paperbus_nothing_total"),
        ('paperbus_ready{color="red"}', "paperbus_ready has no label color"),
        ("paperbus_papers_announced", "nobody exports paperbus_papers_announced"),
    ],
)
def test_the_check_finds_what_is_wrong(query: str, words: str) -> None:
    assert list(problems(query)) == [words]


def test_the_check_refuses_what_prometheus_would() -> None:
    with pytest.raises(ValueError, match=r".+"):
        selectors("sum(rate(paperbus_ready[5m])")


def test_shares_within_a_time_use_a_bound_of_the_histogram() -> None:
    bounds = {f"{bound:.1f}" for bound in CHAIN_BUCKETS}
    asked = {
        selector.equal["le"]
        for _, query in queries()
        for selector in selectors(query)
        if "le" in selector.equal
    }
    assert asked
    assert asked <= bounds
    assert {goal.SEARCHABLE_S, goal.DELIVERED_S} <= set(CHAIN_BUCKETS)


def test_what_every_replica_counts_is_never_shown_without_putting_it_together() -> None:
    bare = [
        f"{where}: {query}"
        for where, query in queries()
        if any(name.metric in ours() for name in selectors(query))
        and not any(word in query for word in ("sum", "max", "min", "count"))
    ]
    assert not bare


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_dashboard_is_laid_out_without_overlap(name: str) -> None:
    every = [panel for panel in PAGES[name]["panels"] if panel["type"] in DISPLAYED]
    assert len(every) == len(PAGES[name]["panels"])
    numbers = [panel["id"] for panel in panels(PAGES[name])]
    assert len(numbers) == len(set(numbers))
    for panel in every:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24, panel["title"]
    for one, other in itertools.combinations((panel["gridPos"] for panel in every), 2):
        apart = (
            one["x"] + one["w"] <= other["x"]
            or other["x"] + other["w"] <= one["x"]
            or one["y"] + one["h"] <= other["y"]
            or other["y"] + other["h"] <= one["y"]
        )
        assert apart, (one, other)


def test_every_panel_says_what_it_shows_and_reads_the_chosen_source() -> None:
    for name, dashboard in PAGES.items():
        for panel in panels(dashboard):
            if panel["type"] == "row":
                continue
            assert panel["title"], name
            assert len(panel["description"]) > 8, panel["title"]
            assert panel["datasource"]["uid"] == "${datasource}"
            assert [target["refId"] for target in panel["targets"]] == list(
                "ABCDEFGH"[: len(panel["targets"])]
            )


def test_tables_name_only_columns_that_their_queries_give() -> None:
    for name, dashboard in PAGES.items():
        for panel in panels(dashboard):
            if panel["type"] != "table":
                continue
            fields = panel["transformations"][1]["options"]["include"]["names"]
            values = [field for field in fields if field.startswith("Value")]
            refs = [f"Value #{target['refId']}" for target in panel["targets"]]
            wanted = refs if len(refs) > 1 else ["Value"]
            assert set(values) <= set(wanted), f"{name}: {panel['title']}"


def test_grafana_is_given_the_pages_and_the_source_they_ask() -> None:
    sources = yaml.safe_load((GRAFANA / "provisioning/datasources/prometheus.yaml").read_text())
    by_uid = {source["uid"]: source for source in sources["datasources"]}
    chosen = PAGES["overview"]["templating"]["list"][0]["current"]["value"]
    assert by_uid[chosen]["type"] == "prometheus"
    assert by_uid[chosen]["isDefault"]
    linked = by_uid[chosen]["jsonData"]["exemplarTraceIdDestinations"]
    assert {link["datasourceUid"] for link in linked} <= set(by_uid)
    provided = yaml.safe_load((GRAFANA / "provisioning/dashboards/paperbus.yaml").read_text())
    (provider,) = provided["providers"]
    folder = provider["options"]["path"]
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    grafana = compose["services"]["grafana"]
    assert f"./deploy/grafana/dashboards:{folder}:ro" in grafana["volumes"]
    assert "./deploy/grafana/provisioning:/etc/grafana/provisioning:ro" in grafana["volumes"]
    for source in by_uid.values():
        host = httpx.URL(source["url"]).host
        assert host in compose["services"], source["url"]


def test_a_panel_becomes_what_grafana_reads() -> None:
    made = drawn(
        Panel(
            title="Waiting",
            about="What waits.",
            unit="s",
            steps=((60, "red"),),
            queries=(Query("paperbus_ready", "{{service}}"),),
        )
    )
    assert made["fieldConfig"]["defaults"]["thresholds"]["steps"] == [
        {"color": "green", "value": None},
        {"color": "red", "value": 60},
    ]
    assert made["targets"][0]["legendFormat"] == "{{service}}"
    assert {o["matcher"]["options"] for o in made["fieldConfig"]["overrides"]} > {"fetcher"}
