"""The pages of dead letters in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pages.looks import assert_fits_phones, assert_usable

pytestmark = pytest.mark.page
Open = Callable[..., Page]
PLACES = ("/dead", "/dead?service=summarizer&reason=refused", "/dead/5")
HOSTILE = '<img src=x onerror="document.title=1">'


def bury(site: Any) -> None:
    site.world.letters.bury(5, title=f"A title withaverylongword{'x' * 90} in it {HOSTILE}")
    site.world.letters.bury(6, error="e" * 500, redrives="2", redriven="2026-07-14T08:00:00Z")
    site.world.letters.bury(7, body=b"\xff" * 300)


def test_replay_by_keyboard(site: Any, open_page: Open) -> None:
    site.world.letters.bury(5, title="On graphs")
    page = open_page("/dead")
    page.get_by_role("link", name="On graphs").press("Enter")
    expect(page.get_by_text("The language model refused to write about it.")).to_be_visible()
    page.get_by_role("button", name="Replay").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("1 replayed")
    expect(page.get_by_text("No dead letter waits")).to_be_visible()
    assert site.world.letters.done == [("replayed", 5)]


def test_many_are_dropped_only_after_a_question(site: Any, open_page: Open) -> None:
    bury(site)
    page = open_page("/dead")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Drop all").click()
    assert site.world.letters.done == []
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Drop all").click()
    expect(page.get_by_role("status")).to_contain_text("3 dropped")


def test_without_scripts_it_works_too(site: Any, open_page: Open) -> None:
    bury(site)
    page = open_page("/dead", java_script_enabled=False)
    page.get_by_label("Reason").fill("refused")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("button", name="Replay all that fit").click()
    expect(page.get_by_role("status")).to_contain_text("2 replayed")
    page.get_by_role("button", name="Drop dead letter 7").click()
    expect(page.get_by_role("status")).to_contain_text("1 dropped")
    assert ("dropped", 7) in site.world.letters.done


def test_the_status_page_leads_there(site: Any, open_page: Open) -> None:
    bury(site)
    page = open_page("/status")
    page.get_by_role("link", name="Dead letters").click()
    expect(page.get_by_role("heading", name="Dead letters")).to_be_visible()


@pytest.mark.parametrize("place", PLACES)
def test_phones_need_not_scroll_sideways(site: Any, open_page: Open, place: str) -> None:
    bury(site)
    page = open_page(place, phone=True, has_touch=True)
    assert_fits_phones(page)
    assert page.title() != "1"


@pytest.mark.parametrize("place", PLACES)
def test_everyone_can_use_it(site: Any, open_page: Open, place: str) -> None:
    bury(site)
    assert_usable(open_page(place, reduced_motion="reduce"))
