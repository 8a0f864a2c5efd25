"""Citing a paper, and taking a library along and back, in a browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pages.looks import assert_fits_phones, assert_usable

pytestmark = pytest.mark.page
Open = Callable[..., Page]


def test_a_citation_is_copied_and_papers_come_and_go(site: Any, open_page: Open) -> None:
    site.add(1)
    page = open_page("/paper/2401.00001", reduced_motion="reduce")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy as RIS").click()
    expect(page.locator("#cite")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").startswith("TY  - PREP")
    page.locator("#cite summary").click()
    expect(page.locator("#cite pre")).to_contain_text("@misc{")
    page.goto("/library")
    page.get_by_text("Import papers").click()
    page.get_by_label("Or ids of papers").fill("2401.00001\nnonsense")
    page.get_by_label("Tags for all").fill("thesis")
    page.get_by_role("button", name="Import").click()
    expect(page.locator("#brought")).to_contain_text("1 added")
    page.get_by_text("1 not understood").click()
    expect(page.locator("#brought")).to_contain_text("Line 2")
    page.get_by_text("Export the library").click()
    page.get_by_text("Import papers").click()
    assert_usable(page)
    assert_fits_phones(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSL-JSON").click()
    assert waiting.value.suggested_filename == "paperbus-library.csl.json"
