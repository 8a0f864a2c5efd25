"""What is found wrong with one paper, from its rows, its points and its objects."""

from typing import Any

import msgspec
import pytest

from common.events import ObjectRef, PaperEmbedded, PaperFetched, PaperMeta, SummaryReady
from common.ledger import Entry, Row
from common.vectors.inventory import Held
from common.vectors.points import generation
from indexer.reconcile.compare import compare
from indexer.reconcile.papers import Paper

PAPER = "arxiv:2401.00001"
PDF, TEXT, SUMMARY = (ObjectRef(key=k, sha256="s", size_bytes=9) for k in ("pdf/1", "text/1", "s"))
SIZES = {"pdf/1": 9, "text/1": 9, "s": 9}
GEN = generation(2, 1)
GOOD = Held(gen=GEN, tldr="Short.", passages={GEN: 3})


def row(name: str, result: Any = None, state: Any = "done", version: int = 2) -> Row:
    raw = msgspec.Raw(msgspec.json.encode(result)) if result is not None else msgspec.Raw(b"")
    return Row(paper=PAPER, row=name, state=state, version=version, epoch=1, at="", result=raw)


def meta(withdrawn: bool = False) -> PaperMeta:
    return PaperMeta(title="T", withdrawn=withdrawn)


def fetched(pdf: ObjectRef | None = PDF) -> Row:
    return row("fetcher", PaperFetched(paper=PAPER, version=2, meta=meta(), pdf=pdf))


def indexed(withdrawn: bool = False, **more: Any) -> Row:
    fact = PaperEmbedded(
        paper=PAPER, version=2, meta=meta(withdrawn), text=TEXT, model="m", passages=3
    )
    return row("indexer", fact, **more)


SUMMARIZED = row(
    "summarizer",
    SummaryReady(
        paper=PAPER, version=2, meta=meta(), tldr="Short.", summary=SUMMARY, model="m", recipe="r"
    ),
)
SHOWN = row("indexer-summary")
WHOLE = (fetched(), indexed(), SUMMARIZED, SHOWN)

CASES: list[tuple[str, tuple[Row, ...], Held | None, dict[str, int], set[str]]] = [
    ("all is well", WHOLE, GOOD, SIZES, set()),
    ("nothing known, nothing there", (), None, {}, set()),
    ("points of a paper nobody knows", (), GOOD, SIZES, {"orphan"}),
    ("no PDF and none expected", (fetched(None), *WHOLE[1:]), GOOD, {"text/1": 9, "s": 9}, set()),
    ("no PDF", WHOLE, GOOD, {"text/1": 9, "s": 9}, {"pdf_missing"}),
    ("a cut PDF", WHOLE, GOOD, {**SIZES, "pdf/1": 3}, {"pdf_missing"}),
    ("no text", WHOLE, GOOD, {"pdf/1": 9, "s": 9}, {"text_missing"}),
    ("no summary", WHOLE, GOOD, {"pdf/1": 9, "text/1": 9}, {"summary_missing"}),
    ("no points", WHOLE, None, SIZES, {"points_wrong"}),
    ("no point of its own", WHOLE, Held(passages={GEN: 3}), SIZES, {"points_wrong"}),
    ("a passage short", WHOLE, Held(GEN, False, "Short.", {GEN: 2}), SIZES, {"points_wrong"}),
    ("an old generation", WHOLE, Held(5, False, "Short.", {5: 3}), SIZES, {"points_wrong"}),
    (
        "old passages beside",
        WHOLE,
        Held(GEN, False, "Short.", {GEN: 3, 5: 1}),
        SIZES,
        {"points_wrong"},
    ),
    (
        "withdrawn, and not shown so",
        (fetched(None), indexed(withdrawn=True)),
        Held(GEN, False, "", {GEN: 3}),
        SIZES,
        {"points_wrong"},
    ),
    ("another summary", WHOLE, Held(GEN, False, "", {GEN: 3}), SIZES, {"tldr_wrong"}),
    ("not shown yet", WHOLE[:3], Held(GEN, False, "", {GEN: 3}), SIZES, set()),
    ("dead has no points", (fetched(), indexed(state="dead")), None, SIZES, set()),
    ("waiting has none either", (fetched(), indexed(state="waiting")), None, SIZES, set()),
    ("the next version is on its way", (row("fetcher", version=3), indexed()), None, SIZES, set()),
]


@pytest.mark.parametrize(
    ("rows", "held", "sizes", "kinds"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_what_is_found(
    rows: tuple[Row, ...], held: Held | None, sizes: dict[str, int], kinds: set[str]
) -> None:
    paper = Paper(PAPER)
    for seq, one in enumerate(rows):
        paper.take(Entry(one, seq))
    found = list(compare(paper, held, sizes))
    assert {one.kind for one in found} == kinds
    assert all(one.words and one.paper == PAPER for one in found)


def test_a_row_that_cannot_be_read_promises_nothing() -> None:
    paper = Paper(PAPER)
    paper.take(Entry(row("indexer", {"text": 5}), 1))
    assert list(compare(paper, None, {})) == []
