"""Which papers wait for a message that will never come."""

from datetime import UTC, datetime, timedelta

import pytest

from indexer.reconcile.papers import Mark, Paper
from indexer.reconcile.stuck import CHAIN, Durable, stuck

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OLD, YOUNG = "2026-11-22T11:00:00Z", "2026-11-22T11:59:50Z"
IDLE = {one.durable: Durable(1000, 0) for one in CHAIN}
FETCHER, INDEXER = "fetcher-paper-announced", "indexer-paper-fetched"
EMBEDDED = {"summarizer-paper-embedded", "notifier-paper-embedded"}


def mark(seq: int, state: str = "done", version: int = 1, epoch: int = 0, at: str = OLD) -> Mark:
    return Mark(seq, state, version, epoch, at)


DONE = {
    "fetcher": mark(2),
    "indexer": mark(4),
    "notifier-embedded": mark(6),
    "summarizer": mark(7),
    "indexer-summary": mark(9),
    "notifier": mark(10),
}
CASES: list[tuple[str, dict[str, Mark], dict[str, Durable], set[str]]] = [
    ("all done", DONE, IDLE, set()),
    ("never fetched", {"fetcher": mark(1, "announced")}, IDLE, {FETCHER}),
    ("just announced", {"fetcher": mark(1, "announced", at=YOUNG)}, IDLE, set()),
    ("never indexed", {"fetcher": mark(2)}, IDLE, {INDEXER}),
    ("never summarised", {"fetcher": mark(2), "indexer": mark(4)}, IDLE, EMBEDDED),
    (
        "a new version that nobody took up",
        {**DONE, "fetcher": mark(20, version=2)},
        IDLE,
        {INDEXER},
    ),
    ("dead is an end", {"fetcher": mark(2), "indexer": mark(4, "dead")}, IDLE, set()),
    ("so is cancelled", {"fetcher": mark(2), "indexer": mark(4, "cancelled")}, IDLE, set()),
    (
        "still in the queue",
        {"fetcher": mark(2)},
        {**IDLE, INDEXER: Durable(2, 5)},
        set(),
    ),
    (
        "past the queue",
        {"fetcher": mark(2)},
        {**IDLE, INDEXER: Durable(3, 5)},
        {INDEXER},
    ),
    (
        "waits for a PDF nobody brings",
        {"fetcher": mark(2), "indexer": mark(8, "waiting", epoch=1)},
        IDLE,
        {FETCHER},
    ),
    (
        "the PDF came, and nobody took it up",
        {"fetcher": mark(12, epoch=2), "indexer": mark(8, "waiting", epoch=1)},
        IDLE,
        {INDEXER},
    ),
]


@pytest.mark.parametrize(
    ("marks", "durables", "owing"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_who_owes_the_next_row(
    marks: dict[str, Mark], durables: dict[str, Durable], owing: set[str]
) -> None:
    found = list(stuck(Paper("p", marks), durables, NOW, timedelta(minutes=10)))
    assert {one.durable for one in found} == owing
