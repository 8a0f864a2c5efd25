"""What the debug commands print."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest

from fakes_fetcher import record
from fetcher import show
from fetcher.feeds import ArxivFeed, Feed, FolderFeed
from fetcher.record import Record
from fetcher.runs import Counts, Run

RUN = Run(
    feed="ai",
    id="20260714T080000000Z",
    started="2026-07-14T08:00:00Z",
    verdict="ok",
    counts=Counts(seen=9, matched=7, new=4, replaced=1, had=2, failed=0),
)
FEEDS: list[Feed] = [
    ArxivFeed(
        name="ai", title="Learning", categories=("cs.AI", "stat.*"), schedule="0 0 8 * * MON-FRI"
    ),
    FolderFeed(name="inbox", title="Uploads", path="in/box"),
]


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (record("arxiv:2607.00001", 3), ["arxiv:2607.00001v3", "A title", "cs.AI", "2026-07-14"]),
        (record(withdrawn=True), ["v1 (withdrawn)"]),
        (record(authors=("Ada", "Bo"), authors_total=2), ["Ada, Bo "]),
        (record(authors=("Ada", "Bo", "Cy"), authors_total=40), ["Ada, Bo +38"]),
        (record(categories=tuple("abcde")), ["a b c d "]),
        (record(feeds=("ai", "quant")), ["ai quant"]),
        (record(title="[bold]Loud[/bold] [link=x]"), ["[bold]Loud[/bold] [link=x]"]),
    ],
)
def test_a_paper_is_a_row(
    found: Record, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    show.records([found], as_json=False)
    head, row = capsys.readouterr().out.splitlines()
    assert head.split() == ["paper", "title", "authors", "categories", "day", "feeds"]
    for word in words:
        assert word in f"{row} "
    assert "a b c d e" not in row


@pytest.mark.parametrize(
    ("run", "line"),
    [
        (RUN, "ai: ok: seen 9, matched 7, new 4, replaced 1, had 2, failed 0\n"),
        (
            Run(feed="q", id="1", started="", verdict="holiday", reason="the 4th"),
            "q: holiday (the 4th): seen 0, matched 0, new 0, replaced 0, had 0, failed 0\n",
        ),
        (
            Run(feed="q", id="1", started="", verdict="upstream error", error="HTTP 500"),
            "q: upstream error (HTTP 500): seen 0, matched 0, new 0, replaced 0, had 0, failed 0\n",
        ),
    ],
)
def test_a_run_is_a_sentence(run: Run, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    show.run(run, as_json=False)
    assert capsys.readouterr().out == line


def test_runs_are_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    failed = Run(
        feed="q", id="2", started="now", verdict="upstream error", reason="r", error="HTTP 500"
    )
    show.runs([RUN, failed], as_json=False)
    head, first, second = (line.split() for line in capsys.readouterr().out.splitlines())
    assert head[-6:] == ["seen", "new", "replaced", "had", "failed", "why"]
    assert first == ["ai", "2026-07-14T08:00:00Z", "ok", "9", "4", "1", "2", "0"]
    assert second[-2:] == ["HTTP", "500"]


def test_feeds_are_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    show.feeds(FEEDS, as_json=False)
    _, arxiv, folder = (" ".join(line.split()) for line in capsys.readouterr().out.splitlines())
    assert arxiv == "ai arxiv cs.AI stat.* 0 0 8 * * MON-FRI UTC Learning"
    assert folder == "inbox folder in/box on request Uploads"


@pytest.mark.parametrize(
    ("printed", "values"),
    [
        (show.records, [record(), record("arxiv:2607.00002")]),
        (show.runs, [RUN]),
        (show.feeds, FEEDS),
        (show.records, []),
    ],
)
def test_json_is_one_object_a_line_and_whole(
    printed: Callable[..., None], values: Sequence[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    printed(values, as_json=True)
    lines = capsys.readouterr().out.splitlines()
    kinds = [type(value) for value in values]
    assert [msgspec.json.decode(x, type=k) for x, k in zip(lines, kinds, strict=True)] == values


def test_one_run_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    show.run(RUN, as_json=True)
    assert msgspec.json.decode(capsys.readouterr().out, type=Run) == RUN
