"""The line of one paper."""

from typing import Any

import msgspec
import pytest

from cli.table import line
from common.events import ObjectRef, PaperEmbedded, PaperFetched, PaperMeta, SummaryReady
from common.handlers import Done
from common.ledger import Row

META = PaperMeta(title="T")
REF = ObjectRef(key="k", sha256="s", size_bytes=1)
FACT: dict[str, Any] = {"paper": "p", "version": 2, "meta": META}
FETCHED = PaperFetched(**FACT, pdf=REF)
EMBEDDED = PaperEmbedded(**FACT, text=REF, model="m", passages=40, pages=12, full_text=True)
SUMMARY = SummaryReady(**FACT, tldr="t", summary=REF, model="extractive", recipe="r")


def row(name: str, result: Any = None, second: int = 0, **more: Any) -> Row:
    fields: dict[str, Any] = {"state": "done", "version": 2, **more}
    made = Row(paper="p", row=name, at=f"2026-01-01T00:00:{second:02d}.000000Z", **fields)
    if result is None:
        return made
    return msgspec.structs.replace(made, result=msgspec.Raw(msgspec.json.encode(result)))


def rows(*made: Row) -> dict[str, Row]:
    return {one.row: one for one in made}


def test_a_paper_that_is_ready() -> None:
    found = line(
        rows(
            row("fetcher", FETCHED, 2, started="2026-01-01T00:00:01.000000Z"),
            row("indexer", EMBEDDED, 4),
            row("summarizer", SUMMARY, 6, notes=("cut",)),
            row("notifier", Done(detail={"matched": 2, "sent": 1}).detail, 9),
            row("indexer-summary", second=8, notes=("cut",)),
        )
    )
    assert found == ("p", 2, "ready", "12 pages", 40, "extractive", 2, 8.0, "cut")


@pytest.mark.parametrize(
    ("fetched", "embedded", "pdf"),
    [
        (None, None, "no"),
        (msgspec.structs.replace(FETCHED, pdf=None), EMBEDDED, "no"),
        (FETCHED, None, "yes"),
        (FETCHED, EMBEDDED, "12 pages"),
        (FETCHED, msgspec.structs.replace(EMBEDDED, full_text=False), "unread"),
    ],
)
def test_pdf(fetched: Any, embedded: Any, pdf: str) -> None:
    made = [row("fetcher", fetched)] + ([row("indexer", embedded)] if embedded else [])
    assert line(rows(*made)).pdf == pdf


def test_one_that_died_says_why() -> None:
    found = line(
        rows(row("fetcher", FETCHED), row("indexer", state="dead", reason="bug", error="boom"))
    )
    assert (found.state, found.notes, found.passages) == ("dead", "bug: boom", 0)


def test_one_that_was_only_announced() -> None:
    found = line(rows(row("fetcher", state="announced")))
    assert (found.state, found.pdf, found.took_s) == ("announced", "no", 0.0)


def test_one_without_an_announcement_has_a_line_too() -> None:
    assert line(rows(row("indexer", EMBEDDED))).took_s == 0.0
