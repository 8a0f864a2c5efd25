"""Papers for one person, their library, and the buttons for both, in a browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pages.looks import assert_fits_phones, assert_usable

pytestmark = pytest.mark.page
Open = Callable[..., Page]


@pytest.fixture
def papers(site: Any) -> None:
    for number in range(1, 9):
        site.add(number, categories=(f"cs.{'ABC'[number % 3]}",))


def liked(page: Page, number: int) -> None:
    """Say so as a program does."""
    answer = page.request.put(
        f"/api/v1/library/papers/2401.{number:05d}", data={"opinion": "like", "tags": ["mine"]}
    )
    assert answer.ok


def test_a_newcomer_picks_five(papers: None, open_page: Open) -> None:
    page = open_page("/recommendations")
    page.evaluate("window.kept = true")
    for number in range(5):
        expect(page.locator(".picked")).to_contain_text(f"{number} of 5 picked")
        page.locator('.pick button[aria-pressed="false"]').first.click()
    expect(page.locator(".basis")).to_contain_text("Learned from 5 papers")
    expect(page.locator(".why")).to_have_count(3)
    assert page.evaluate("window.kept")


def test_a_word_shows_at_once_and_stays(papers: None, open_page: Open) -> None:
    page = open_page("/recommendations?start=no")
    row, other = page.locator(".row").nth(0), page.locator(".row").nth(1)
    title = row.locator("h3").inner_text()
    row.locator("h3 a").focus()
    page.keyboard.press("l")
    expect(row.locator(".is-like")).to_have_attribute("aria-pressed", "true")
    other.get_by_role("button", name="Not for me").click()
    expect(other.locator(".gist")).to_be_hidden()
    page.get_by_role("link", name="Show what fits now").click()
    expect(page.locator(".why").first).to_contain_text(title[:20])
    expect(page.locator(".row")).to_have_count(6)
    page.goto("/library?opinion=dislike")
    page.get_by_role("button", name="Not for me").click()
    expect(page.get_by_role("button", name="Not for me")).to_have_attribute("aria-pressed", "false")


def test_tags_and_reading_on_the_page_of_a_paper(papers: None, open_page: Open) -> None:
    page = open_page("/paper/2401.00001")
    page.get_by_label("Add a tag").fill("graph networks, to cite")
    page.keyboard.press("Enter")
    expect(page.locator("#say .chip")).to_have_count(2)
    page.get_by_role("button", name="Take off the tag to cite").click()
    expect(page.locator("#say .chip")).to_have_count(1)
    page.get_by_role("button", name="To read").click()
    expect(page.get_by_role("button", name="To read")).to_have_attribute("aria-pressed", "true")
    page.goto("/recommendations?tag=graph+networks")
    expect(page.locator(".basis")).to_contain_text("Learned from the papers tagged graph networks")


def test_everyone_can_use_it(papers: None, open_page: Open) -> None:
    page = open_page("/recommendations", reduced_motion="reduce")
    page.locator(".pick button").first.click()
    expect(page.locator(".picked")).to_contain_text("1 of 5 picked")
    assert_fits_phones(page)
    assert_usable(page)
    liked(page, 1)
    liked(page, 2)
    page.goto("/recommendations?tag=mine")
    page.locator(".row").first.get_by_role("button", name="Not for me").click()
    expect(page.locator(".is-out")).to_have_count(1)
    assert_fits_phones(page)
    assert_usable(page)
    page.goto("/library")
    assert_fits_phones(page)
