"""A paper, and all pages at phone size and for everyone, in a real browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pages.looks import assert_fits_phones, assert_usable

pytestmark = pytest.mark.page
Open = Callable[..., Page]
PLACES = (
    "/",
    "/?q=graph",
    "/paper/2401.00001",
    "/similar",
    "/watches",
    "/deliveries",
    "/feeds",
    "/status",
)
PDF = Path(__file__).parents[1] / "common" / "reading" / "data" / "jose_00042.pdf"
HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>'


def test_formulas_are_drawn(site: Any, open_page: Open) -> None:
    site.add(1)
    page = open_page("/paper/2401.00001")
    formula = page.locator(".prose math").first
    expect(formula).to_be_visible()
    assert formula.evaluate("node => node.namespaceURI") == "http://www.w3.org/1998/Math/MathML"


def test_a_paper_becomes_ready_while_one_looks(site: Any, open_page: Open) -> None:
    site.add(1, upto="embedded")
    page = open_page("/paper/2401.00001")
    expect(page.get_by_text("The summary is not there yet")).to_be_visible()
    site.listens(page)
    site.add(1, upto="notified")
    expect(page.get_by_text("No model wrote this")).to_be_visible()
    expect(page.locator(".stop.done")).to_have_count(5)


def test_passages_are_found_inside(site: Any, open_page: Open) -> None:
    site.add(1)
    page = open_page("/paper/2401.00001")
    page.fill("#pq", "graphs")
    page.press("#pq", "Enter")
    expect(page.get_by_text("page 7")).to_be_visible()


def test_papers_near_a_pdf(site: Any, open_page: Open) -> None:
    site.add(1, "A neighbour")
    page = open_page("/similar")
    page.set_input_files("input[type=file]", PDF)
    page.get_by_role("button", name="Find papers near it").click()
    expect(page.get_by_role("link", name="A neighbour")).to_be_visible()


def test_hostile_text_stays_text(site: Any, open_page: Open) -> None:
    site.add(1, HOSTILE, abstract=f"{HOSTILE} $\\text{{{HOSTILE}}}$", authors=(HOSTILE,))
    for place in ("/", "/?q=script", "/paper/2401.00001"):
        page = open_page(place)
        assert page.evaluate("document.querySelectorAll('main img, main script').length") == 0
        assert page.title() not in ("1", "2")


@pytest.mark.parametrize("place", PLACES)
def test_phones_need_not_scroll_sideways(site: Any, open_page: Open, place: str) -> None:
    site.add(1, "A title with averyveryveryveryveryveryverylongwordwithoutanyblank in it")
    assert_fits_phones(open_page(place, phone=True, has_touch=True))


@pytest.mark.parametrize("place", PLACES)
def test_everyone_can_use_it(site: Any, open_page: Open, place: str) -> None:
    site.add(1)
    site.add(2, withdrawn=True)
    assert_usable(open_page(place, reduced_motion="reduce"))
