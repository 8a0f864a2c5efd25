"""A text that is gone is asked for once; everything else passes through."""

from typing import Any

import msgspec
import pytest

from common.errors import Terminal
from common.events import ObjectRef, PaperEmbedded, PaperFetched, PaperMeta, SummaryReady
from common.handlers import Deferred
from common.ledger import Entry, Ledger, Row
from common.objects import ObjectMissing
from common.retrying import Retrying
from summarizer.recovering import Recovering

PAPER = "arxiv:2401.00001"
REF = ObjectRef(key="k", sha256="s", size_bytes=1)
META = PaperMeta(title="T")
EMBEDDED = PaperEmbedded(
    paper=PAPER, version=2, epoch=1, meta=META, text=REF, model="m", passages=1
)
FETCHED = PaperFetched(paper=PAPER, version=2, meta=META)
READY = SummaryReady(
    paper=PAPER, version=2, meta=META, tldr="t", summary=REF, model="m", recipe="r"
)


class Rows(Ledger):
    def __init__(self, *rows: Row) -> None:
        self.rows = {row.row: row for row in rows}

    async def read(self, paper: str, row: str, /) -> Entry | None:
        return Entry(self.rows[row], 1) if row in self.rows else None


class Core:
    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    async def summarize(self, event: PaperEmbedded, *, model: str = "") -> SummaryReady:
        if self.error:
            raise self.error
        return READY


def row(name: str, state: Any = "done", version: int = 2, epoch: int = 0) -> Row:
    result = msgspec.Raw(msgspec.json.encode(FETCHED))
    return Row(
        paper=PAPER, row=name, state=state, version=version, epoch=epoch, at="", result=result
    )


async def summarized(core: Core, *rows: Row) -> SummaryReady | Deferred:
    ledger = Rows(*rows)
    retrying = Retrying(None, ledger, why="test")  # type: ignore[arg-type]
    return await Recovering(core, ledger, retrying).summarize(EMBEDDED)


async def test_a_summary_passes() -> None:
    assert await summarized(Core()) == READY


@pytest.mark.parametrize(
    ("rows", "epoch"),
    [
        ((row("fetcher"),), 2),
        ((row("fetcher"), row("indexer", epoch=6)), 7),
        ((row("fetcher"), row("summarizer", "dead", epoch=4)), 6),
    ],
)
async def test_a_missing_text_is_asked_of_the_indexer(rows: tuple[Row, ...], epoch: int) -> None:
    result = await summarized(Core(ObjectMissing("gone")), *rows)

    assert isinstance(result, Deferred)
    assert (result.reason, result.ask.subject) == ("text_missing", "retry.indexer.paper.fetched")
    assert msgspec.json.decode(result.ask.body)["epoch"] == epoch


@pytest.mark.parametrize(
    "rows", [(), (row("fetcher", version=1),), (row("fetcher"), row("summarizer", "waiting"))]
)
async def test_one_that_nobody_can_make_again_is_a_failure(rows: tuple[Row, ...]) -> None:
    with pytest.raises(ObjectMissing):
        await summarized(Core(ObjectMissing("gone")), *rows)


async def test_other_failures_pass() -> None:
    with pytest.raises(Terminal):
        await summarized(Core(Terminal("no")), row("fetcher"))
