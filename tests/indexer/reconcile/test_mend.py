"""Which retry mends which finding."""

from typing import Any

import msgspec
import pytest

from common.events import (
    ObjectRef,
    PaperAnnounced,
    PaperEmbedded,
    PaperFetched,
    PaperMeta,
    SummaryReady,
)
from common.ledger import Row
from common.vectors.inventory import Held
from common.vectors.points import generation
from indexer.reconcile.compare import Finding
from indexer.reconcile.mend import steps

PAPER = "arxiv:2401.00001"
REF = ObjectRef(key="k", sha256="s", size_bytes=1)
META = PaperMeta(title="T")


def row(name: str, result: Any, state: Any = "done", epoch: int = 0) -> Row:
    raw = msgspec.Raw(msgspec.json.encode(result))
    return Row(paper=PAPER, row=name, state=state, version=2, epoch=epoch, at="", result=raw)


def summarized(model: str) -> Row:
    fact = SummaryReady(
        paper=PAPER, version=2, meta=META, tldr="t", summary=REF, model=model, recipe="r"
    )
    return row("summarizer", fact)


FETCHED = row("fetcher", PaperFetched(paper=PAPER, version=2, meta=META, pdf=REF))
INDEXED = row(
    "indexer",
    PaperEmbedded(paper=PAPER, version=2, meta=META, text=REF, model="m", passages=1),
)
ROWS = {"fetcher": FETCHED, "indexer": INDEXED, "summarizer": summarized("extractive")}
PAID = {**ROWS, "summarizer": summarized("gpt")}
AHEAD = Held(gen=generation(2, 7))
INDEX, REFETCH = ("indexer", "paper.fetched", 0), ("fetcher", "paper.announced", 0)

CASES: list[tuple[tuple[str, ...], dict[str, Row], Held | None, list[tuple[str, str, int]]]] = [
    ((), ROWS, None, []),
    (("pdf_missing",), ROWS, None, [REFETCH]),
    (("text_missing",), ROWS, None, [INDEX]),
    (("pdf_missing", "text_missing"), ROWS, None, [INDEX]),
    (("points_wrong", "text_missing"), ROWS, None, [INDEX]),
    (("points_wrong",), ROWS, AHEAD, [("indexer", "paper.fetched", 7)]),
    (("points_wrong",), ROWS, Held(gen=generation(1, 7)), [INDEX]),
    (("tldr_wrong",), ROWS, None, [("indexer", "summary.ready", 0)]),
    (("points_wrong", "tldr_wrong"), ROWS, None, [INDEX]),
    (("summary_missing",), ROWS, None, [("summarizer", "paper.embedded", 0)]),
    (("summary_missing",), PAID, None, []),
    (("stuck notifier-summary-ready",), ROWS, None, [("notifier", "summary.ready", 0)]),
    (("stuck indexer-paper-fetched", "pdf_missing"), ROWS, None, [REFETCH, INDEX]),
    (("points_wrong", "stuck indexer-paper-fetched"), ROWS, None, [INDEX]),
    (
        ("stuck fetcher-paper-announced",),
        {**ROWS, "indexer": row("indexer", {}, "waiting", epoch=5)},
        None,
        [("fetcher", "paper.announced", 5)],
    ),
]


@pytest.mark.parametrize(("kinds", "rows", "held", "asked"), CASES)
def test_what_is_asked_of_whom(
    kinds: tuple[str, ...],
    rows: dict[str, Row],
    held: Held | None,
    asked: list[tuple[str, str, int]],
) -> None:
    parts = [kind.partition(" ") for kind in kinds]
    findings = [Finding(kind, PAPER, "", durable) for kind, _, durable in parts]
    found = steps(findings, rows, held)
    assert [(one.service, one.event.subject, one.above) for one in found] == asked


def test_a_paper_that_was_never_fetched_is_announced_again() -> None:
    event = PaperAnnounced(paper=PAPER, version=2, meta=META, pdf=REF)
    rows = {"fetcher": row("fetcher", event, "announced")}
    stuck = Finding("stuck", PAPER, "", "fetcher-paper-announced")
    assert [one.event for one in steps([stuck], rows, None)] == [event]
