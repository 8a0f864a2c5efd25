"""The audit finds every planted fault, and nothing in a clean log."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from cli.auditing import Log, Verdict, audit
from common import topology
from common.bus import Fact
from common.events import Event
from common.ids import event_id
from common.ledger import Row

PAPERS = ("arxiv:2401.00001", "arxiv:2401.00002", "doi:10.1/x")
DEAD = "arxiv:2401.00009"
CHAIN = (
    ("fetcher", "paper.fetched"),
    ("indexer", "paper.embedded"),
    ("summarizer", "summary.ready"),
    ("notifier", ""),
)
Message = tuple[str, bytes]


def row(paper: str, name: str, state: Any = "done", **more: Any) -> Message:
    fields: dict[str, Any] = {"version": 1, "at": "2026-01-01T00:00:00.000000Z", **more}
    one = Row(paper=paper, row=name, state=state, **fields)
    return topology.ledger_subject(paper, name), msgspec.json.encode(one)


def fact(paper: str, subject: str, *, version: int = 1, epoch: int = 0) -> Message:
    made = Event(
        paper=paper,
        version=version,
        epoch=epoch,
        event_id=event_id(paper, subject, version, epoch),
    )
    return subject, msgspec.json.encode(made)


def letter(paper: str, subject: str = "paper.announced") -> Message:
    return topology.dead_subject(subject), fact(paper, subject)[1]


def of_paper(paper: str, steps: int = len(CHAIN), version: int = 1) -> list[Message]:
    made = [
        row(paper, "fetcher", "announced", version=version),
        fact(paper, "paper.announced", version=version),
    ]
    for name, subject in CHAIN[:steps]:
        made.append(row(paper, name, version=version))
        if subject:
            made.append(fact(paper, subject, version=version))
    return made


def clean() -> list[Message]:
    made = [message for paper in PAPERS for message in of_paper(paper)]
    made += of_paper(DEAD, 0)
    return [*made, row(DEAD, "fetcher", "dead", reason="not_found"), letter(DEAD)]


def judged(messages: list[Message], *deliveries: tuple[str, str, str]) -> Verdict:
    log = Log()
    for seq, (subject, body) in enumerate(messages, start=1):
        log.take(Fact(seq, subject, "", body))
    return audit(log, deliveries)


def test_a_clean_log_has_no_findings() -> None:
    verdict = judged(clean(), ("w", PAPERS[0], "new"), ("w", PAPERS[1], "new"))
    assert verdict.is_clean, verdict
    assert (verdict.papers, verdict.ready, verdict.dead, verdict.in_work) == (4, 3, 1, 0)
    assert verdict.facts == 13


def test_an_empty_log_is_clean() -> None:
    assert judged([]).is_clean


def found(verdict: Verdict) -> list[tuple[str, str]]:
    findings = [*verdict.unexplained, *verdict.doubled]
    return sorted((finding.check, finding.about.split("v1")[0]) for finding in findings)


def without(messages: list[Message], gone: Message) -> list[Message]:
    assert messages.count(gone) == 1
    return [message for message in messages if message != gone]


ONE = PAPERS[0]
PLANTED: dict[str, tuple[Callable[[list[Message]], list[Message]], list[tuple[str, str]]]] = {
    "doubled fact": (lambda log: [*log, fact(ONE, "paper.embedded")], [("twice", ONE)]),
    "doubled announcement": (lambda log: [fact(ONE, "paper.announced"), *log], [("twice", ONE)]),
    "lost fact": (lambda log: without(log, fact(ONE, "summary.ready")), [("batch", ONE)]),
    "lost announcement": (
        lambda log: without(log, fact(ONE, "paper.announced")),
        [("batch", ONE)],
    ),
    "fact without row": (
        lambda log: [*log, fact(ONE, "paper.embedded", version=7)],
        [("batch", f"{ONE}v7")],
    ),
    "row without fact": (
        lambda log: [*log, row(ONE, "indexer", epoch=1)],
        [("batch", ONE)],
    ),
    "terminal state followed by the same": (
        lambda log: [*log, row(ONE, "notifier")],
        [("path", f"{ONE} notifier")],
    ),
    "terminal state followed by another": (
        lambda log: [*log, row(ONE, "notifier", "dead"), letter(ONE, "summary.ready")],
        [("path", f"{ONE} notifier")],
    ),
    "done row of an older version": (
        lambda log: [
            *of_paper(ONE, version=2),
            *[message for message in log if message not in of_paper(ONE)],
            row(ONE, "notifier"),
        ],
        [("end", ONE), ("path", f"{ONE} notifier")],
    ),
    "unended paper": (
        lambda log: without(log, row(ONE, "notifier")),
        [("end", ONE)],
    ),
    "never announced": (
        lambda log: [*log, row("arxiv:x", "notifier")],
        [("cause", "arxiv:x"), ("end", "arxiv:x")],
    ),
    "missing letter": (lambda log: without(log, letter(DEAD)), [("letter", DEAD)]),
    "letter of somebody else": (
        lambda log: [*without(log, letter(DEAD)), letter(ONE), ("dead.paper.announced", b"{")],
        [("letter", DEAD)],
    ),
    "row that is none": (
        lambda log: [*log, ("ledger.x.fetcher", b"{")],
        [("row", "ledger.x.fetcher")],
    ),
    "fact that is none": (
        lambda log: [*log, ("paper.fetched", b"[]")],
        [("fact", f"seq {len(clean()) + 1}")],
    ),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(fault: str) -> None:
    plant, expected = PLANTED[fault]
    verdict = judged(plant(clean()))
    assert found(verdict) == sorted(expected)
    assert not verdict.is_clean


def test_what_was_sent_twice_is_found() -> None:
    sent = [("w", ONE, "new"), ("w", ONE, "new"), ("w", ONE, "updated"), ("v", ONE, "new")]
    verdict = judged(clean(), *sent)
    assert found(verdict) == [("told twice", ONE)]
    assert "2 times" in verdict.doubled[0].words


def test_a_new_version_is_no_fault() -> None:
    verdict = judged([*clean(), *of_paper(ONE, version=2)])
    assert verdict.is_clean, verdict
    assert verdict.ready == 3


def test_a_redo_with_a_higher_epoch_is_no_fault() -> None:
    again = [
        ("retry.indexer.paper.fetched", b"{}"),
        row(ONE, "indexer", epoch=1),
        fact(ONE, "paper.embedded", epoch=1),
    ]
    assert judged([*clean(), *again]).is_clean


def test_one_that_died_and_was_replayed_is_no_fault() -> None:
    replayed = [row(DEAD, "fetcher", epoch=1), fact(DEAD, "paper.fetched", epoch=1)]
    rest = of_paper(DEAD)[4:]
    verdict = judged([*clean(), *replayed, *rest])
    assert verdict.is_clean, verdict
    assert (verdict.ready, verdict.dead) == (4, 0)


def test_the_bus_may_have_dropped_a_letter_after_its_time() -> None:
    later = [
        *of_paper("arxiv:new", 0),
        row("arxiv:new", "fetcher", "dead", at="2026-12-01T00:00:00.000000Z"),
        letter("arxiv:new"),
    ]
    assert judged([*without(clean(), letter(DEAD)), *later]).is_clean
