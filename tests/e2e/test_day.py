"""The whole system on a slice of the recorded day: what a stranger sees."""

import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo_process import Demo, slice_of_the_day
from servers import poll_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

PAPERS = 24
FILES = 10

FLOW = (
    # what a paper's timeline shows, and which service did it
    ("announced", "fetcher"),
    ("fetched", "fetcher"),
    ("embedded", "indexer"),
    ("summarised", "summarizer"),
    ("notified", "notifier"),
)

SPANS = (
    # parent → child of the one trace a paper has
    ("announce paper.announced", "process paper.announced"),
    ("process paper.announced", "process paper.fetched"),
    ("process paper.fetched", "process paper.embedded"),
    ("process paper.embedded", "process summary.ready"),
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("day")
    running = Demo(folder / "data", slice_of_the_day(folder, PAPERS))
    try:
        running.wait_for(r"audit: \d+ unexplained, \d+ doubled")
        yield running
    finally:
        running.stop()
        running.kill_hard()


def some_paper(demo: Demo) -> dict[str, Any]:
    items = demo.get("/api/v1/papers?limit=100")["items"]
    return next(item for item in items if item["id"].startswith("arxiv:"))


def test_every_paper_comes_to_its_end(demo: Demo) -> None:
    assert "audit: 0 unexplained, 0 doubled" in demo.text()
    assert re.search(rf"announced\s+.\s+{PAPERS + FILES}\b", demo.text())
    assert re.search(rf"notified\s+.\s+{PAPERS + FILES}\b", demo.text())
    papers = demo.get("/api/v1/papers?limit=100")["items"]
    assert len(papers) == PAPERS + FILES


@pytest.mark.parametrize(("step", "service"), FLOW)
def test_the_timeline_shows_each_step(demo: Demo, step: str, service: str) -> None:
    paper = some_paper(demo)["id"]
    steps = {s["name"]: s for s in demo.get(f"/api/v1/papers/{paper}/timeline")["steps"]}
    assert steps[step]["service"] == service
    assert steps[step]["at"]


def test_search_finds_a_paper_of_the_day(demo: Demo) -> None:
    paper = some_paper(demo)
    words = "+".join(re.findall(r"[A-Za-z]{5,}", paper["title"])[:4])
    hits = demo.get(f"/api/v1/search?q={words}")["items"]
    assert paper["id"] in [hit["id"] for hit in hits[:5]]


def test_full_text_of_the_folder_is_searchable(demo: Demo) -> None:
    items = demo.get("/api/v1/papers?limit=100&full_text=true")["items"]
    assert len(items) >= FILES


def test_one_tree_from_announcement_to_notification(demo: Demo) -> None:
    paper = some_paper(demo)["id"]

    def spans_so_far() -> list[dict[str, Any]]:
        shown = demo.command("trace", paper, "--json")
        found: list[dict[str, Any]] = json.loads(shown.stdout) if not shown.returncode else []
        return found

    services = {"fetcher", "indexer", "summarizer", "notifier"}
    # Spans leave a service about a second after the work.
    poll_until(lambda: {s["service"] for s in spans_so_far()} >= services, "no whole trace")
    spans = spans_so_far()
    by_id = {span["span_id"]: span for span in spans}
    edges = {
        (by_id[span["parent_id"]]["name"], span["name"])
        for span in spans
        if span["parent_id"] in by_id
    }
    assert set(SPANS) <= edges
    roots = [span for span in spans if span["parent_id"] not in by_id]
    assert [root["name"] for root in roots] == ["announce paper.announced"]
    assert "process paper.embedded" in demo.command("trace", paper).stdout


def test_status_and_audit_agree(demo: Demo) -> None:
    status = demo.command("status", "--json")
    assert status.returncode == 0, status.stdout + status.stderr
    shown = json.loads(status.stdout)
    assert shown["papers"]["notified"] == PAPERS + FILES
    assert set(shown["services"].values()) == {"ok"}
    audit = demo.command("audit")
    assert audit.returncode == 0
    assert audit.stdout.strip().endswith("0 unexplained, 0 doubled")


def test_live_events_resume_without_gap_or_repeat(demo: Demo) -> None:
    def events(after: int, count: int) -> list[int]:
        request = urllib.request.Request(f"{demo.page}/api/v1/events")
        request.add_header("Last-Event-ID", str(after))
        found: list[int] = []
        with urllib.request.urlopen(request, timeout=20) as stream:
            for line in stream:
                if line.startswith(b"id:"):
                    found.append(int(line[3:]))
                if len(found) == count:
                    return found
        return found

    total = 4 * (PAPERS + FILES)
    whole = events(0, total)
    assert whole == sorted(set(whole))
    first = events(0, 20)
    rest = events(first[-1], total - 20)
    assert first + rest == whole


def test_bad_input_is_told_from_a_fault(demo: Demo) -> None:
    for path, field in (
        ("/api/v1/papers/not-an-id", "id"),
        ("/api/v1/papers?cursor=%21%21", "cursor"),
        ("/api/v1/papers?limit=0", "limit"),
        ("/api/v1/papers?date_from=yesterday", "date_from"),
    ):
        with pytest.raises(urllib.error.HTTPError) as refused:
            demo.get(path)
        assert 400 <= refused.value.code < 500, path
        assert refused.value.headers["content-type"].startswith("application/problem+json")
        assert field in refused.value.read().decode(), path


def test_the_page_needs_no_outside_address(demo: Demo) -> None:
    with urllib.request.urlopen(f"{demo.page}/", timeout=20) as answer:
        html = answer.read().decode()
    loaded = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="([^"]+)"', html)
    assert loaded
    assert not [url for url in loaded if url.startswith(("http://", "https://", "//"))]


def test_a_second_system_on_the_same_data_is_refused(demo: Demo, tmp_path: Path) -> None:
    other = Demo.__new__(Demo)
    other.data = demo.data
    refused = other.command("up", "--data", str(demo.data))
    assert refused.returncode == 2
    assert "in use" in refused.stderr
