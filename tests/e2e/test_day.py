"""The whole system on a slice of the recorded day: what a stranger sees, though all was killed."""

import json
import os
import re
import signal
import urllib.request
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from cli import envfile
from demo_process import SERVICES, Demo, slice_of_the_day
from servers import poll_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

PAPERS = 20
FILES = 10
CLEAN = "audit: 0 unexplained, 0 doubled"

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
        running.wait_for("watches: ")
        for service in SERVICES:
            poll_until(lambda name=service: bool(running.pids(name)), f"{service} is not up")  # type: ignore[misc]
            os.kill(running.pids(service)[0], signal.SIGKILL)
        running.wait_for(r"audit: \d+ unexplained, \d+ doubled")
        yield running
    finally:
        running.stop()
        running.kill_hard()


def some_paper(demo: Demo) -> dict[str, Any]:
    items = demo.get("/api/v1/papers?limit=100")["items"]
    return next(item for item in items if item["id"].startswith("arxiv:"))


def test_every_paper_comes_to_its_end(demo: Demo) -> None:
    assert CLEAN in demo.text()
    assert demo.text().count("starting it again") >= len(SERVICES)
    assert re.search(rf"announced\s+.\s+{PAPERS + FILES}\b", demo.text())
    assert re.search(rf"notified\s+.\s+{PAPERS + FILES}\b", demo.text())
    papers = demo.get("/api/v1/papers?limit=100")["items"]
    assert len(papers) == PAPERS + FILES


def test_its_backups_lie_in_its_own_folder(demo: Demo) -> None:
    assert envfile.read(demo.data)["BACKUP_TARGET"] == str(demo.data.resolve() / "backups")


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


def is_whole(spans: list[dict[str, Any]]) -> bool:
    """Whether the tree of a paper is there from its root to the last service."""
    by_id = {span["span_id"]: span for span in spans}
    parents = {span["span_id"]: by_id.get(span["parent_id"]) for span in spans}
    edges = {(above["name"], by_id[one]["name"]) for one, above in parents.items() if above}
    roots = [by_id[one]["name"] for one, above in parents.items() if above is None]
    return set(SPANS) <= edges and roots == ["announce paper.announced"]


def test_one_tree_from_announcement_to_notification(demo: Demo) -> None:
    items = demo.get("/api/v1/papers?limit=100")["items"]
    papers = cycle([item["id"] for item in items if item["id"].startswith("arxiv:")])
    paper = next(papers)

    def found() -> bool:
        nonlocal paper
        paper = next(papers)  # a service that was killed took its newest spans with it
        shown = demo.command("trace", paper, "--json")
        spans: list[dict[str, Any]] = json.loads(shown.stdout) if not shown.returncode else []
        services = {span["service"] for span in spans}
        return services == {"fetcher", "indexer", "summarizer", "notifier"} and is_whole(spans)

    # Spans leave a service about a second after the work.
    poll_until(found, "no whole trace", seconds=240)
    assert "process paper.embedded" in demo.command("trace", paper).stdout


def test_status_and_audit_agree(demo: Demo) -> None:
    shown: dict[str, Any] = {}

    def all_ready() -> bool:
        status = demo.command("status", "--json")
        shown.update(json.loads(status.stdout or "{}"))
        return status.returncode == 0

    # A service that is asked while the machine is busy may answer too late for this command.
    poll_until(all_ready, "something is not ready", seconds=240)
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


def test_a_second_run_does_nothing(demo: Demo, tmp_path: Path) -> None:
    assert demo.stop() == 0, demo.text()
    assert not demo.children()
    demo.output.unlink()
    again = Demo(demo.data, slice_of_the_day(tmp_path, PAPERS), "--once")
    try:
        assert again.wait() == 0, again.text()
    finally:
        again.kill_hard()
    everything = f"all {PAPERS + FILES} papers were here already"
    assert f"nothing was done twice: {everything}" in again.text()
    assert CLEAN in again.text()
    assert not again.children()
