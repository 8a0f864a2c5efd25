"""The list of papers in a real browser."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.page
Open = Callable[..., Page]
AT_REST = "() => { const was = window.was; return (window.was = scrollY) > 300 && was === scrollY }"
"""Scrolling takes some frames; it is over when two looks see the same."""


def test_the_first_papers_slide_in(site: Any, open_page: Open) -> None:
    page = open_page()
    expect(page.get_by_text("The first papers are on their way")).to_be_visible()
    site.listens(page)
    site.add(1, "The very first")
    expect(page.get_by_role("link", name="The very first")).to_be_visible()
    expect(page.get_by_role("heading", name="Just arrived")).to_be_visible()
    expect(page.get_by_text("on their way")).to_have_count(0)


def test_a_reader_is_not_moved_and_sees_how_many_have_come(site: Any, open_page: Open) -> None:
    for number in range(1, 20):
        site.add(number)
    page = open_page()
    site.listens(page)
    page.mouse.wheel(0, 700)
    page.evaluate("document.fonts.ready")  # another font moves every row
    page.wait_for_function(AT_REST, polling=200)
    top = page.evaluate("document.querySelectorAll('.row')[5].getBoundingClientRect().top")
    for number in (50, 51, 52):
        site.add(number, f"Late {number}")
    pill = page.get_by_role("button", name="3 new papers")
    expect(pill).to_be_visible()
    now = page.evaluate("document.querySelectorAll('.row')[5].getBoundingClientRect().top")
    assert abs(now - top) < 1
    pill.click()
    expect(page.get_by_role("link", name="Late 52")).to_be_visible()
    expect(pill).to_be_hidden()


def test_search_as_one_types(site: Any, open_page: Open) -> None:
    site.add(1, "Turbulent flows", abstract="On eddies.")
    site.add(2, "Quiet rivers", abstract="On calm water.")
    page = open_page()
    page.get_by_role("searchbox").first.fill("turbulent")  # a pause between letters is a search too
    expect(page.locator("#results .row")).to_have_count(1)
    expect(page.get_by_role("link", name="Turbulent flows")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?q=turbulent"))
    page.go_back()
    expect(page.locator("#results .row")).to_have_count(2)


def test_search_without_scripts(site: Any, open_page: Open) -> None:
    site.add(1, "Turbulent flows", abstract="On eddies.")
    site.add(2, "Quiet rivers", abstract="On calm water.")
    page = open_page(java_script_enabled=False)
    page.fill("#q", "rivers")
    page.press("#q", "Enter")
    expect(page.locator(".row")).to_have_count(1)
    expect(page.get_by_role("link", name="Quiet rivers")).to_be_visible()


def test_filters_narrow_the_list(site: Any, open_page: Open) -> None:
    site.add(1, "Learning", categories=("cs.LG",))
    site.add(2, "Strings", categories=("hep-th",))
    page = open_page()
    page.get_by_role("checkbox", name="hep-th").check()
    expect(page.locator("#results .row")).to_have_count(1)
    page.get_by_role("link", name="Remove the category hep-th").click()
    expect(page.locator("#results .row")).to_have_count(2)


def test_keys_move_the_reader(site: Any, open_page: Open) -> None:
    for number in (1, 2, 3):
        site.add(number, f"Paper {number}")
    page = open_page()
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("Escape")
    for _ in range(2):
        page.keyboard.press("j")
    expect(page.get_by_role("link", name="Paper 2")).to_be_focused()
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="Paper 3")).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/paper/2401\.0000"))


def test_the_skip_link_leads_to_the_content(site: Any, open_page: Open) -> None:
    site.add(1)
    page = open_page()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()


def test_older_papers_are_a_click_away(site: Any, open_page: Open) -> None:
    for number in range(1, 31):
        site.add(number, upto="embedded")
    page = open_page()
    page.get_by_role("link", name="Older papers").click()
    expect(page.locator(".row")).to_have_count(5)
