"""The page of jobs in a browser."""

import asyncio
from typing import Any

import msgspec
import pytest
from playwright.sync_api import expect

from common import jobs as stored
from common.jobs import Counts, Job

pytestmark = pytest.mark.timeout(120)
ID = "20260714T080000000Z-1a2b3c4d"


def put(site: Any, **more: Any) -> None:
    """Write a job as the gateway does."""
    fields = {
        "id": ID,
        "kind": "fetch",
        "title": "Run feed AI scholar",
        "created": "2026-07-14T08:00:00.000000Z",
    }
    job = Job(**{**fields, **more})
    writing = site.world.jobs.put(stored.key_of(job.id), msgspec.json.encode(job))
    asyncio.run_coroutine_threadsafe(writing, site._loop).result(60)


def test_a_job_moves_and_ends_without_a_reload(site: Any, open_page: Any) -> None:
    put(site, state="running", stage="fetching papers", counts=Counts(done=1, total=4))
    page = open_page("/jobs")
    page.evaluate("window.kept = true")
    bar = page.locator("progress")
    expect(bar).to_have_attribute("value", "0.25")
    put(site, state="running", stage="fetching papers", counts=Counts(done=3, total=4))
    expect(bar).to_have_attribute("value", "0.75")
    expect(page.get_by_text("3 of 4 papers")).to_be_visible()
    put(site, state="ok", counts=Counts(done=4, total=4), ended="2026-07-14T08:02:00Z")
    expect(bar).to_have_count(0)
    expect(page.locator(".job .badge")).to_have_text("ok")
    assert page.evaluate("window.kept")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_job_is_stopped(site: Any, open_page: Any, scripts: bool) -> None:
    put(site, state="running", counts=Counts(done=1, total=4))
    page = open_page("/jobs", java_script_enabled=scripts)
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".job .badge")).to_have_text("cancelled")
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)


def test_an_export_is_asked_for(site: Any, open_page: Any) -> None:
    page = open_page("/jobs")
    expect(page.get_by_text("No job yet")).to_be_visible()
    page.get_by_text("Export papers").first.click()
    form = page.locator('form[action="/jobs/export"]')
    form.get_by_label("Format").select_option("bibtex")
    form.get_by_label("Categories").fill("nonsense!")
    form.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("is not a category")
    form.get_by_label("Categories").fill("cs.LG stat.ML")
    form.get_by_role("button").click()
    expect(page.locator(".job-what")).to_contain_text("Export papers in cs.LG, stat.ML as bibtex")
    expect(page.locator(".job")).to_contain_text("number 1 of 1 in the queue")


def test_papers_are_named_to_be_indexed_anew(site: Any, open_page: Any) -> None:
    page = open_page("/jobs")
    page.get_by_text("Re-index papers").first.click()
    form = page.locator('form[action="/jobs/reindex"]')
    form.get_by_label("Papers").fill("2401.00001, arXiv:2401.00002")
    form.get_by_label("Categories").fill("cs.LG")
    form.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("cannot be joined with filters")
    expect(form.get_by_label("Papers")).to_have_value("2401.00001, arXiv:2401.00002")
    form.get_by_label("Categories").fill("")
    form.get_by_role("button").click()
    expect(page.locator(".job-what")).to_contain_text("Re-index 2401.00001, 2401.00002")


def test_what_was_made_can_be_downloaded(site: Any, open_page: Any) -> None:
    put(site, kind="export", state="ok", result="export/x", title="Export all papers as csv")
    put(site, id=ID + "5", state="failed", error="arXiv does not know it", title="Fetch 2607.00099")
    page = open_page("/jobs", phone=True)
    link = page.get_by_role("link", name="Download")
    expect(link).to_have_attribute("href", f"/api/v1/jobs/{ID}/result")
    expect(page.get_by_text("arXiv does not know it")).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert wide
