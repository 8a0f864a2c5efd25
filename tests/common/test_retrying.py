"""A retry: which epoch it carries, when it is over, and what a fetcher must be told again."""

from typing import Any

import msgspec
import pytest

from common.events import ObjectRef, PaperAnnounced, PaperFetched, PaperMeta, SummaryReady
from common.ids import event_id
from common.ledger import Entry, Ledger, Row
from common.retrying import WHY, Asked, Retrying, Step, announcement

PAPER = "arxiv:2401.00001"
META = PaperMeta(title="T", feeds=("a",))


class Rows(Ledger):
    """A ledger with one row."""

    def __init__(self, row: Row | None) -> None:
        self.row = row

    async def read(self, paper: str, row: str) -> Entry | None:
        assert self.row is None or (paper, row) == (PAPER, self.row.row)
        return None if self.row is None else Entry(self.row, 7)


def row(state: Any = "done", version: int = 1, epoch: int = 0, name: str = "indexer") -> Row:
    return Row(paper=PAPER, row=name, state=state, version=version, epoch=epoch, at="")


def fetched(version: int = 1, epoch: int = 0) -> PaperFetched:
    return PaperFetched(
        paper=PAPER, version=version, epoch=epoch, meta=META, trace="t", announced_at="2026-01-01"
    )


EPOCHS = [
    # row, event, above → epoch
    (None, fetched(), 0, 0),
    (None, fetched(epoch=3), 0, 3),
    (row(epoch=0), fetched(), 0, 1),
    (row(epoch=4), fetched(epoch=1), 0, 5),
    (row(epoch=0), fetched(epoch=6), 0, 6),
    (row(epoch=1), fetched(), 8, 9),
    (row(state="dead", epoch=2), fetched(), 0, 3),
    (row(state="waiting", epoch=2), fetched(), 0, 3),
    (row(version=1, epoch=9), fetched(version=2), 0, 0),
]


@pytest.mark.parametrize(("there", "event", "above", "epoch"), EPOCHS)
async def test_the_epoch_is_over_all_that_is_known(
    there: Row | None, event: PaperFetched, above: int, epoch: int
) -> None:
    retrying = Retrying(None, Rows(there), why="test")  # type: ignore[arg-type]

    draft = await retrying.question(Step("indexer", event, above))

    sent = msgspec.json.decode(draft.body, type=PaperFetched)
    assert sent.epoch == epoch
    assert sent.event_id == event_id(PAPER, "paper.fetched", event.version, epoch)
    assert msgspec.structs.replace(sent, epoch=0, event_id="") == msgspec.structs.replace(
        event, epoch=0
    )
    assert (draft.subject, draft.message_id) == ("retry.indexer.paper.fetched", "")
    assert (draft.trace, draft.headers) == ("t", {WHY: "test"})


OVER = [
    (row(epoch=2), True, False),
    (row(epoch=3, state="dead"), True, False),
    (row(epoch=2, state="cancelled"), True, False),
    (row(epoch=1), False, False),
    (row(epoch=2, state="waiting"), False, True),
    (row(epoch=1, state="waiting"), False, False),
    (row(version=2), True, False),
    (row(version=0, epoch=9), False, False),
]


@pytest.mark.parametrize(("now", "over", "parked"), OVER)
def test_when_a_retry_is_over(now: Row, over: bool, parked: bool) -> None:
    asked = Asked(Step("indexer", fetched()), "indexer", 2)
    assert (asked.is_over(now), asked.is_parked(now)) == (over, parked)


def test_the_row_of_each_work_is_its_own() -> None:
    summary = SummaryReady(
        paper=PAPER,
        version=1,
        meta=META,
        tldr="t",
        summary=ObjectRef(key="k", sha256="s", size_bytes=1),
        model="m",
        recipe="r",
    )
    asked = Asked(Step("indexer", summary), "indexer-summary", 1)
    assert asked.subject == "ledger.arxiv:2401%2E00001.indexer-summary"


def test_what_the_fetcher_is_told_again_names_no_file() -> None:
    pdf = ObjectRef(key="pdf/1", sha256="s", size_bytes=1)
    lost = msgspec.structs.replace(fetched(epoch=2), pdf=pdf)
    assert announcement(lost) == PaperAnnounced(
        paper=PAPER, version=1, epoch=2, at="2026-01-01", trace="t", meta=META
    )
