"""Searching in a real browser."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from pages.looks import assert_fits_phones, assert_usable

pytestmark = pytest.mark.page
Open = Callable[..., Page]


@pytest.fixture
def papers(site: Any) -> None:
    site.add(1, "Turbulent flows in pipes", abstract="On eddies.", categories=("math.AP",))
    site.add(2, "Turbulent rivers", abstract="On calm water.", categories=("cs.LG",))
    site.add(3, "Quiet lakes", abstract="On calm water.", categories=("cs.LG",))


def rows(page: Page, count: int) -> None:
    expect(page.locator("#results .row")).to_have_count(count)


def entries(page: Page) -> int:
    found = page.evaluate("history.length")
    assert isinstance(found, int)
    return found


def typed(page: Page, text: str, count: int) -> None:
    """Typed with a pause behind it, in which the list is searched."""
    page.locator("#q").press_sequentially(text)
    asked = quote(page.locator("#q").input_value())
    expect(page).to_have_url(re.compile(rf"\?q={re.escape(asked)}$"))
    rows(page, count)


def test_search_filter_explain_and_read_on(papers: None, open_page: Open) -> None:
    page = open_page()
    typed(page, "turbulent", 2)
    expect(page.locator("#counts-category label")).to_have_text([r"cs.LG1", "math.AP1"])
    page.get_by_role("checkbox", name="math.AP").check()
    rows(page, 1)
    expect(page).to_have_url(re.compile(r"/\?q=turbulent&category=math\.AP$"))
    expect(page.get_by_role("checkbox", name="math.AP")).to_be_focused()
    page.get_by_label("Why each is here").check()
    expect(page.locator(".because")).to_contain_text("1st by words")
    expect(page.locator(".because")).to_contain_text("title: turbulent")
    page.get_by_label("Passages inside papers").check()
    link = page.locator(".passage a")
    expect(link).to_have_text("page 7")
    expect(link).to_have_attribute("href", re.compile(r"/pdf\?inline=true#page=7$"))
    page.reload()
    expect(page.locator(".passage a")).to_have_count(1)
    expect(page.get_by_role("checkbox", name="math.AP")).to_be_checked()


def test_slow_typing_is_one_step_back(papers: None, open_page: Open) -> None:
    page = open_page()
    rows(page, 3)
    before = entries(page)
    typed(page, "turb", 0)
    typed(page, "ulent", 2)
    typed(page, " rivers", 2)
    assert entries(page) == before + 1
    expect(page).to_have_url(re.compile(r"/\?q=turbulent(%20|\+)rivers$"))
    page.get_by_text("Newest", exact=True).click()
    rows(page, 1)
    assert entries(page) == before + 2
    page.go_back()
    rows(page, 2)
    expect(page.locator("#q")).to_have_value("turbulent rivers")
    page.go_back()
    rows(page, 3)


def test_a_whole_title_leads_to_its_paper_on_enter(papers: None, open_page: Open) -> None:
    page = open_page()
    page.locator("#q").fill("turbulent flows in PIPES")
    rows(page, 2)
    expect(page.get_by_role("link", name="Open the paper")).to_be_visible()
    page.locator("#q").press("Enter")
    expect(page).to_have_url(re.compile(r"/paper/2401\.00001$"))
    page.go_back()
    expect(page.locator("#q")).to_be_visible()
    assert "paper" not in page.url, "no way back that leads on again"


def test_enter_asks_as_typing_does(papers: None, open_page: Open) -> None:
    page = open_page()
    page.locator("#q").fill("turbulent rivers lakes")
    page.locator("#q").press("Enter")
    rows(page, 3)
    expect(page).to_have_url(re.compile(r"/\?q=turbulent\+rivers\+lakes$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Search results")


def test_a_mistake_is_told_beside_what_was_found(papers: None, open_page: Open) -> None:
    page = open_page()
    typed(page, "turbulent", 2)
    page.locator("#q").press_sequentially(' "calm')
    expect(page.locator("#mistake mark")).to_have_text('"')
    expect(page.locator("#q")).to_have_attribute("aria-invalid", "true")
    rows(page, 2)
    page.locator("#q").press_sequentially(' water"')
    expect(page.locator("#problem")).to_have_count(0)
    expect(page.locator("#q")).to_have_attribute("aria-invalid", "false")
    expect(page.get_by_role("link", name="Quiet lakes")).to_be_visible()
    expect(page.locator("#q")).to_be_focused()


@pytest.mark.parametrize(
    "place",
    [
        "/?q=turbulent&explain=1&category=cs.LG&licence=cc-by&date_from=2026-07-01&unread=1",
        '/?q=turbulent+"waters+and+rivers+without+an+end',
        "/?q=water&inside=1",
    ],
)
def test_it_fits_a_phone_and_everyone_can_use_it(papers: None, open_page: Open, place: str) -> None:
    page = open_page(place)
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
    assert_usable(page)
    assert_fits_phones(page)
