"""From a message to the row it leads to."""

from typing import Any

import msgspec
import pytest

from common import topology
from common.errors import Terminal
from common.events import (
    FetchRequested,
    PaperEmbedded,
    PaperFetched,
    PaperMeta,
    SummaryReady,
    SummaryRequested,
)
from common.handlers import Done
from common.ids import event_id
from common.ledger import Entry, Row
from common.work import Work

META = PaperMeta(title="T")
FETCHED = PaperFetched(paper="a", version=2, epoch=3, meta=META, event_id="cause")
TEXT: Any = {"key": "k", "sha256": "s", "size_bytes": 1}
EMBEDDED = msgspec.convert(
    {"paper": "a", "version": 2, "meta": {"title": "T"}, "text": TEXT, "model": "m", "passages": 1},
    PaperEmbedded,
)


class Delivered:
    """As much of a delivery as the work looks at."""

    def __init__(self, subject: str = "paper.fetched", delivered: int = 2) -> None:
        self.subject = subject
        self.delivered = delivered


def work(
    event: Any = FETCHED, service: str = "indexer", subject: str = "", entry: Entry | None = None
) -> Work:
    consumer = topology.consumer_for(service, type(event))
    delivery: Any = Delivered(subject or event.subject)
    return Work(consumer, event, delivery, "2026-01-01T00:00:00.000000Z", entry)


def test_done_and_fact() -> None:
    row, (draft,) = work().outcome(EMBEDDED)
    assert (row.paper, row.row, row.state, row.version, row.epoch) == ("a", "indexer", "done", 2, 3)
    assert (row.attempts, row.cause, row.started[:4]) == (2, "cause", "2026")
    fact = msgspec.json.decode(draft.body, type=PaperEmbedded)
    assert (fact.epoch, fact.event_id) == (3, event_id("a", "paper.embedded", 2, 3))
    assert bytes(row.result) == draft.body
    assert draft.message_id == fact.event_id


def test_notes_of_the_fact_stand_on_the_row() -> None:
    row, _ = work().outcome(msgspec.structs.replace(EMBEDDED, notes=("no PDF",)))
    assert row.notes == ("no PDF",)


def test_a_higher_epoch_of_the_result_is_kept() -> None:
    _, (draft,) = work().outcome(msgspec.structs.replace(EMBEDDED, epoch=9))
    assert msgspec.json.decode(draft.body, type=PaperEmbedded).epoch == 9


@pytest.mark.parametrize("result", [Done(detail={"n": 1}, notes=("x",)), None])
def test_done_states_no_fact(result: Done | None) -> None:
    ready = msgspec.convert(
        {
            "paper": "a",
            "version": 1,
            "meta": {"title": "T"},
            "tldr": "t",
            "summary": TEXT,
            "model": "m",
            "recipe": "r",
        },
        SummaryReady,
    )
    row, drafts = work(ready, "notifier").outcome(result)
    assert drafts == ()
    assert msgspec.json.decode(row.result) == ({"n": 1} if result else {})
    assert row.notes == (("x",) if result else ())


def test_done_where_a_fact_was_due_means_overtaken() -> None:
    row, drafts = work().outcome(Done(detail={"superseded_by": 3}, notes=("newer",)))
    assert (row.state, row.notes, drafts) == ("cancelled", ("newer",), ())


@pytest.mark.parametrize("result", [FETCHED, None])
def test_a_wrong_fact_is_terminal(result: Any) -> None:
    with pytest.raises(Terminal, match="not PaperEmbedded"):
        work().outcome(result)


def test_requests_without_a_row_have_none() -> None:
    assert not work(FetchRequested(feed="x"), "fetcher").has_row
    assert not work(FetchRequested(feed="x"), "fetcher").is_covered()
    assert work().has_row


def done(epoch: int) -> Entry:
    row = Row(paper="a", row="indexer", state="done", version=2, epoch=epoch, at="")
    return Entry(row, 5)


@pytest.mark.parametrize(
    ("subject", "epoch", "covered"),
    [
        ("paper.fetched", 0, True),
        ("paper.fetched", 3, True),
        ("retry.indexer.paper.fetched", 2, False),
        ("retry.indexer.paper.fetched", 3, True),
    ],
)
def test_only_a_replay_redoes_what_is_done(subject: str, epoch: int, covered: bool) -> None:
    assert work(subject=subject, entry=done(epoch)).is_covered() == covered


def test_a_request_asks_by_name() -> None:
    asked = SummaryRequested(paper="a", version=2, epoch=1)
    assert not work(asked, "summarizer", entry=done(0)).is_covered()
    assert work(asked, "summarizer", entry=done(1)).is_covered()
