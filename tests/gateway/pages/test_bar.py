"""The address bar of the first page."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from litestar.datastructures import MultiDict

from common.vectors.filters import Filters
from gateway.pages.bar import ONE, Bar, bar_of, licence_name
from gateway.shelf.shelf import Shelf


def bar(query: str) -> Bar:
    return bar_of(MultiDict(parse_qsl(query, keep_blank_values=True)))


@pytest.mark.parametrize(
    ("query", "again"),
    [
        ("", "/"),
        ("q=&mode=&sort=", "/"),
        ("q=a+b&mode=hybrid&sort=relevance&feed=", "/?q=a+b"),
        ("q=a&mode=keyword&sort=newest", "/?q=a&mode=keyword&sort=newest"),
        ("category=cs.LG&category=cs.CL&category=cs.LG", "/?category=cs.LG&category=cs.CL"),
        ("q=a&cursor=xyz&explain=1&inside=1", "/?q=a&explain=1&inside=1"),
        ("unknown=1&library=1", "/?library=1"),
    ],
)
def test_an_address_says_what_is_not_as_usual(query: str, again: str) -> None:
    found = bar(query)
    assert found.link() == again
    assert bar(urlsplit(again).query) == found._replace(cursor="")
    assert found.chosen is (again not in ("/", "/?q=a+b"))


@pytest.mark.parametrize("name", [*ONE, "category"])
def test_every_filter_narrows_and_can_be_taken_off(name: str) -> None:
    found = bar(f"q=a&{name}=2026-07-01")
    assert found.filtered
    assert not found.is_empty
    assert found.unfiltered == "/?q=a"
    if name == "category":
        assert found.toggled("2026-07-01") == "/?q=a"
    else:
        assert [place for _, place in found.chips] == ["/?q=a"]


def test_what_only_shapes_the_answer_narrows_nothing() -> None:
    found = bar("mode=keyword&sort=newest&explain=1&inside=1")
    assert not found.filtered
    assert found.chips == []


def test_filters_mean_what_they_say() -> None:
    found = bar("q=a&category=cs.lg&has_summary=1&full_text=1&licence=cc-by&date_to=2026-07-01")
    assert found.filters() == Filters(
        categories=("cs.LG",),
        summarised=True,
        full_text=True,
        licences=("cc-by",),
        date_to="2026-07-01",
    )
    assert found.question(Shelf()) is not None
    assert bar("category=cs.LG").question(Shelf()) is None
    assert bar("library=1").narrowed(Shelf()).ids == ()


@pytest.mark.parametrize(
    ("kind", "name"),
    [("cc-by", "CC BY"), ("none", "no licence stated"), ("other", "other licence")],
)
def test_licences_have_names(kind: str, name: str) -> None:
    assert licence_name(kind) == name
