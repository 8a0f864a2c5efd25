"""Which messages lead to a summary; the same one twice leads to the same fact."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from common.errors import Retryable, Terminal
from common.events import PaperEmbedded, SummaryReady, SummaryRequested
from common.handlers import Done
from common.jobwork import JobWork
from common.ledger import Entry, Row
from fakes_jobs import JOB, FakeFlags, FakeNotices, idle_work
from summarizer.handlers import wire
from summarizer.settings import SummarizerSettings
from summarizer.spend import Spend
from summarizer.summarize import Summarizer


class FakeRows:
    def __init__(self, embedded: PaperEmbedded | None) -> None:
        self.embedded = embedded
        self.summarised: Row | None = None

    async def read(self, paper: str, row: str) -> Entry | None:
        if row == "summarizer":
            return Entry(self.summarised, 2) if self.summarised else None
        if self.embedded is None:
            return None
        result = msgspec.Raw(msgspec.json.encode(self.embedded))
        row_ = Row(paper=paper, row=row, state="done", version=2, at="", result=result)
        return Entry(row_, 1)


@pytest.fixture
def handle(store: Any, spend: Spend, now: Callable[[], str]) -> Callable[..., Any]:
    def of(
        embedded: PaperEmbedded | None, rows: FakeRows | None = None, work: JobWork | None = None
    ) -> dict[str, Any]:
        core = Summarizer(SummarizerSettings(), store, spend, chat=None, now=now)
        table = wire(core, rows or FakeRows(embedded), work or idle_work(), workers=3)
        return {binding.consumer.event.subject: binding.handle for binding in table.bindings}

    return of


async def test_an_embedded_paper_is_summarised_the_same_twice(
    handle: Any, paper: PaperEmbedded
) -> None:
    first = await handle(None)["paper.embedded"](paper)
    again = await handle(None)["paper.embedded"](paper)

    assert isinstance(first, SummaryReady)
    assert first == again
    assert (first.paper, first.version) == (paper.paper, 2)


async def test_a_request_takes_the_text_from_the_ledger(handle: Any, paper: PaperEmbedded) -> None:
    request = SummaryRequested(paper=paper.paper, version=2, model="extractive")

    fact = await handle(paper)["summary.requested"](request)

    assert fact.model == "extractive"


@pytest.mark.parametrize(
    ("version", "there", "kind", "reason"),
    [
        (2, False, Terminal, "not_indexed"),
        (1, True, Terminal, "superseded"),
        (3, True, Retryable, ""),
    ],
)
async def test_a_request_that_cannot_be_met(
    handle: Any, paper: PaperEmbedded, version: int, there: bool, kind: type[Exception], reason: str
) -> None:
    request = SummaryRequested(paper=paper.paper, version=version)
    with pytest.raises(kind) as caught:
        await handle(paper if there else None)["summary.requested"](request)
    assert getattr(caught.value, "reason", "") == reason


async def test_a_cancelled_request_leaves_the_summary_from_before(
    handle: Any, paper: PaperEmbedded
) -> None:
    rows, flags = FakeRows(paper), FakeFlags()
    table = handle(paper, rows, JobWork(flags, FakeNotices(), look_every_s=0.01))
    before = await table["paper.embedded"](paper)
    flags.states[JOB] = "cancelled"
    request = SummaryRequested(paper=paper.paper, version=2, epoch=1, job=JOB)

    left = await table["summary.requested"](request)
    assert isinstance(left, Done)

    body = msgspec.Raw(msgspec.json.encode(before))
    rows.summarised = Row(
        paper=paper.paper, row="summarizer", state="done", version=2, at="", result=body
    )
    kept = await table["summary.requested"](request)
    assert kept == msgspec.structs.replace(before, epoch=1, cached=True)
