"""Searches over the recorded day: paging, ids with versions, sorting."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from defusedxml import ElementTree

from standalone.upstream.api import answer_api
from standalone.upstream.records import Record
from standalone.upstream.store import Store

ATOM = "{http://www.w3.org/2005/Atom}"
TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"


def ask(store: Store, **parameters: str) -> Any:
    status, feed = answer_api(list(parameters.items()), store, now=datetime.now(UTC))
    assert status == 200
    return ElementTree.fromstring(feed.encode())


def ids(root: Any) -> list[str]:
    return [
        one.findtext(f"{ATOM}id").removeprefix("http://arxiv.org/abs/")
        for one in root.findall(f"{ATOM}entry")
    ]


def test_paging_goes_through_everything_once(day: Store) -> None:
    total = int(ask(day, search_query="cat:cs.*").findtext(TOTAL))
    seen: list[str] = []
    for start in range(0, total, 100):
        seen += ids(ask(day, search_query="cat:cs.*", start=str(start), max_results="100"))
    assert len(seen) == len(set(seen)) == total
    assert total > 300


@pytest.mark.parametrize("sort_by", ["submittedDate", "lastUpdatedDate"])
@pytest.mark.parametrize("sort_order", ["ascending", "descending"])
def test_sorting(day: Store, sort_by: str, sort_order: str) -> None:
    root = ask(
        day, search_query="cat:math.*", max_results="2000", sortBy=sort_by, sortOrder=sort_order
    )
    field = "published" if sort_by == "submittedDate" else "updated"
    moments = [one.findtext(f"{ATOM}{field}") for one in root.findall(f"{ATOM}entry")]
    assert moments == sorted(moments, reverse=sort_order == "descending")
    assert len(moments) > 10


@pytest.mark.parametrize(
    ("id_list", "found"),
    [
        ("2606.00001", ["2606.00001v2"]),
        ("2606.00001v1", ["2606.00001v1"]),
        ("2606.00001v3", []),
        ("2606.00002,2606.00001v1", ["2606.00002v1", "2606.00001v1"]),
        ("2606.00001,2606.00001", ["2606.00001v2"]),
        ("0000.0000", []),
    ],
)
def test_ids_with_versions(record: Callable[..., Record], id_list: str, found: list[str]) -> None:
    store = Store([record(title="First"), record(id="2606.00002")])
    store.announce([record(title="Second")])
    root = ask(store, id_list=id_list)
    assert ids(root) == found
    assert root.findtext(TOTAL) == str(len(found))
    if found == ["2606.00001v1"]:
        assert root.findtext(f"{ATOM}entry/{ATOM}title") == "First"


def test_a_query_filters_an_id_list(record: Callable[..., Record]) -> None:
    store = Store([record(), record(id="2606.00002", categories=["math.PR"])])
    both = "2606.00001,2606.00002"
    assert ids(ask(store, id_list=both, search_query="cat:math.PR")) == ["2606.00002v1"]


def test_the_best_match_comes_first(record: Callable[..., Record]) -> None:
    store = Store(
        [record(abstract="On kernels."), record(id="2606.00002", title="Kernels, kernels")]
    )
    assert ids(ask(store, search_query="all:kernels")) == ["2606.00002v1", "2606.00001v1"]


def test_nothing_asked_is_nothing_found(day: Store) -> None:
    assert ids(ask(day)) == []
