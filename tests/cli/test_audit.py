"""What the audit says of a log: every planted fault under its check, and nothing of a clean one."""

from collections.abc import Callable

import pytest

from audit_log import (
    DAY_S,
    DEAD,
    NOW_S,
    ONE,
    Message,
    clean,
    fact,
    found,
    judged,
    letter,
    looked,
    of_paper,
    reads,
    retry,
    row,
    without,
)
from cli.audit.checks import table
from cli.audit.evidence import Evidence
from cli.audit.judge import judge
from cli.audit.log import Log
from cli.audit.path import GUARD
from cli.audit.points import points
from cli.audit.told import told
from cli.audit.verdict import Finding, Twice, parted


def test_a_clean_log_has_no_findings() -> None:
    verdict = judged(clean())
    assert verdict.is_clean, verdict
    assert (verdict.papers, verdict.ready, verdict.dead, verdict.in_work) == (4, 3, 1, 0)
    assert (verdict.facts, verdict.letters) == (13, 1)


def test_an_empty_log_is_clean() -> None:
    assert judged([]).is_clean


PLANTED: dict[str, tuple[Callable[[list[Message]], list[Message]], list[tuple[str, str]]]] = {
    "doubled fact": (lambda log: [*log, fact(ONE, "paper.embedded")], [("A4", ONE)]),
    "doubled announcement": (lambda log: [fact(ONE, "paper.announced"), *log], [("A4", ONE)]),
    "lost fact": (lambda log: without(log, fact(ONE, "summary.ready")), [("A4", ONE)]),
    "lost announcement": (lambda log: without(log, fact(ONE, "paper.announced")), [("A4", ONE)]),
    "fact without row": (
        lambda log: [*log, fact(ONE, "paper.embedded", version=7)],
        [("A4", f"{ONE}v7")],
    ),
    "row without fact": (lambda log: [*log, row(ONE, "indexer", epoch=1)], [("A4", ONE)]),
    "terminal state followed by the same": (
        lambda log: [*log, row(ONE, "notifier")],
        [("A3", f"{ONE} notifier")],
    ),
    "terminal state followed by another": (
        lambda log: [*log, row(ONE, "notifier", "cancelled")],
        [("A3", f"{ONE} notifier")],
    ),
    "done row of an older version": (
        lambda log: [
            *of_paper(ONE, version=2),
            *[message for message in log if message not in of_paper(ONE)],
            row(ONE, "notifier"),
        ],
        [("A11", ONE), ("A3", f"{ONE} notifier")],
    ),
    "unended paper": (lambda log: without(log, row(ONE, "notifier")), [("A11", ONE)]),
    "side step that was left out": (
        lambda log: without(log, row(ONE, "indexer-summary")),
        [("A11", ONE)],
    ),
    "root announced twice": (
        lambda log: [row(ONE, "fetcher", "announced"), *log],
        [("A12", ONE), ("A4", ONE)],
    ),
    "never announced": (lambda log: [*log, row("arxiv:x", "notifier")], [("A1", "arxiv:x")]),
    "fetched before it was announced": (
        lambda log: [*log, *of_paper("arxiv:x")[2:]],
        [("A2", "arxiv:x fetcher")],
    ),
    "missing letter": (lambda log: without(log, letter(DEAD)), [("A9", DEAD)]),
    "letter of somebody else": (
        lambda log: [*without(log, letter(DEAD)), letter(ONE), ("dead.paper.announced", b"{")],
        [("A9", DEAD)],
    ),
    "row that is none": (
        lambda log: [*log, ("ledger.x.fetcher", b"{")],
        [("A2", f"message {len(clean()) + 1} on ledger.x.fetcher")],
    ),
    "fact that is none": (
        lambda log: [*log, ("paper.fetched", b"[]")],
        [("A2", f"message {len(clean()) + 1} on paper.fetched")],
    ),
    "replay that nobody took": (
        lambda log: [*log, retry(ONE, "indexer", "paper.fetched")],
        [("A11", ONE)],
    ),
}


def test_a_record_that_was_too_large_to_be_announced_is_dead_from_the_start() -> None:
    letters = [letter("arxiv:x")]
    dead = row("arxiv:x", "fetcher", "dead", reason="event_too_large")
    assert judged([*clean(), dead, *letters]).is_clean
    other = row("arxiv:x", "fetcher", "dead", reason="no_pdf")
    assert found(judged([*clean(), other, *letters])) == [("A2", "arxiv:x fetcher")]


def test_every_check_has_its_line_in_the_table() -> None:
    lines = list(table(judged([*clean(), row(ONE, "notifier")])))
    assert [line.split()[0] for line in lines] == [f"A{n}" for n in range(1, 13)]
    assert [line.split()[0] for line in lines if not line.endswith(" ok")] == ["A3"]


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(fault: str) -> None:
    plant, expected = PLANTED[fault]
    verdict = judged(plant(clean()))
    assert found(verdict) == sorted(expected)
    assert not verdict.is_clean


def test_a_revision_without_a_guard_is_found() -> None:
    log = Log()
    *rest, last = reads(clean()[:-2])
    for read in [*rest, last._replace(headers={}), last._replace(seq=99, headers={GUARD: "7"})]:
        log.take(read)
    assert not [one for one in log.found if one.check == "A2"], "a fact needs no guard"
    log = Log()
    root, *_ = reads(of_paper(ONE))
    for read in [root._replace(headers={}), root._replace(seq=9, headers={GUARD: "7"})]:
        log.take(read)
    assert [one.check for one in log.found if one.check == "A2"] == ["A2", "A2"]


def test_a_new_version_is_no_fault() -> None:
    verdict = judged([*clean(), *of_paper(ONE, version=2)])
    assert verdict.is_clean, verdict
    assert verdict.ready == 3


def test_a_redo_with_a_higher_epoch_is_no_fault() -> None:
    again = [
        retry(ONE, "indexer", "paper.fetched"),
        row(ONE, "indexer", epoch=1),
        fact(ONE, "paper.embedded", epoch=1),
    ]
    assert judged([*clean(), *again]).is_clean


def test_one_that_died_and_was_replayed_is_no_fault() -> None:
    replayed = [row(DEAD, "fetcher", epoch=1), fact(DEAD, "paper.fetched", epoch=1)]
    rest = of_paper(DEAD)[4:]
    verdict = judged([*without(clean(), letter(DEAD)), *replayed, *rest])
    assert verdict.is_clean, verdict
    assert (verdict.ready, verdict.dead) == (4, 0)


def test_one_that_was_dropped_needs_no_letter() -> None:
    dropped = row(DEAD, "fetcher", "cancelled", reason="dropped")
    verdict = judged([*without(clean(), letter(DEAD)), dropped])
    assert verdict.is_clean, verdict
    assert verdict.dead == 1


def test_a_replay_that_is_under_way_needs_no_letter() -> None:
    asked = retry(DEAD, "fetcher", "paper.announced")
    verdict = judged([*without(clean(), letter(DEAD)), asked])
    assert found(verdict) == [("A11", DEAD)]


def test_the_bus_may_have_dropped_a_letter_after_its_time() -> None:
    messages = without(clean(), letter(DEAD))
    seen = Evidence(began_s=NOW_S, began_seq=len(messages))
    for read in reads(messages, NOW_S - 91 * DAY_S):
        seen.log.take(read)
    assert not [one for one in judge(seen).unexplained if one.check == "A9"]


def test_what_moved_while_the_audit_read_is_left_alone() -> None:
    assert judged(of_paper(ONE, 2)[:-1], accepted=()).unexplained
    seen = looked(of_paper(ONE, 2)[:-1])
    seen.began_seq -= 1
    assert judge(seen).is_clean


def test_promised_papers_are_looked_for() -> None:
    assert found(judged(clean(), accepted=(ONE, "arxiv:gone"))) == [("A1", "arxiv:gone")]


def test_findings_are_said_once_and_parted() -> None:
    lost, twice = Finding("A1", "x", "lost"), Twice("A4", "x", "twice")
    assert parted([lost, twice, lost]) == ((lost,), (twice,))


def test_an_index_without_a_paper_and_records_without_fault_say_nothing() -> None:
    seen = Evidence(began_s=NOW_S)
    assert not [*points(seen), *told(seen)]
