"""What the audit says of a log: every planted fault under its check, and nothing of a clean one."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from cli.audit import secrecy
from cli.audit.advisory import heard, wanted
from cli.audit.evidence import Evidence
from cli.audit.judge import judge
from cli.audit.lines import Line
from cli.audit.log import Log
from cli.audit.path import GUARD
from cli.audit.points import points
from cli.audit.store import looked_at
from cli.audit.told import told
from cli.audit.verdict import Finding, Twice, Verdict, parted
from common import advisories, topology
from common.deadletter import HEADERS
from common.events import Event
from common.ids import event_id
from common.ledger import Row
from common.scan import Read

PAPERS = ("arxiv:2401.00001", "arxiv:2401.00002", "doi:10.1/x")
DEAD = "arxiv:2401.00009"
CHAIN = (
    ("fetcher", "paper.fetched"),
    ("indexer", "paper.embedded"),
    ("notifier-embedded", ""),
    ("summarizer", "summary.ready"),
    ("indexer-summary", ""),
    ("notifier", ""),
)
NOW_S = 1_790_000_000.0
DAY_S = 86_400.0
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


def retry(paper: str, service: str, subject: str, *, epoch: int = 1) -> Message:
    return topology.retry_subject(service, subject), fact(paper, subject, epoch=epoch)[1]


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


def reads(messages: list[Message], at_s: float = NOW_S) -> list[Read]:
    """The messages as the log keeps them, each row guarded by the revision before it."""
    newest: dict[str, int] = {}
    found = []
    for seq, (subject, body) in enumerate(messages, start=1):
        headers = {GUARD: str(newest.get(subject, 0))}
        if subject.startswith(topology.dead_subject("")):
            headers = {HEADERS["service"]: "fetcher", HEADERS["stream"]: "PAPERS"}
            headers[HEADERS["seq"]] = "2"
        newest[subject] = seq
        found.append(Read(seq, at_s, subject, headers, body))
    return found


def looked(messages: list[Message], **more: Any) -> Evidence:
    """What an audit of the log alone gathers, without points."""
    seen = Evidence(began_s=NOW_S, began_seq=len(messages), **more)
    for read in reads(messages):
        seen.log.take(read)
    return seen


def judged(messages: list[Message], **more: Any) -> Verdict:
    verdict = judge(looked(messages, **more))
    # These worlds have no index; test_audit among the connected tests has one.
    kept = tuple(one for one in verdict.unexplained if one.check != "A5")
    return msgspec.structs.replace(verdict, unexplained=kept)


def found(verdict: Verdict) -> list[tuple[str, str]]:
    findings = [*verdict.unexplained, *verdict.doubled]
    return sorted((finding.check, finding.about.split("v1")[0]) for finding in findings)


def test_a_clean_log_has_no_findings() -> None:
    verdict = judged(clean())
    assert verdict.is_clean, verdict
    assert (verdict.papers, verdict.ready, verdict.dead, verdict.in_work) == (4, 3, 1, 0)
    assert (verdict.facts, verdict.letters) == (13, 1)


def test_an_empty_log_is_clean() -> None:
    assert judged([]).is_clean


def without(messages: list[Message], gone: Message) -> list[Message]:
    assert messages.count(gone) == 1
    return [message for message in messages if message != gone]


ONE = PAPERS[0]
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


def line(durable: str, **more: Any) -> Line:
    (consumer,) = [one for one in topology.CONSUMERS if one.durable == durable]
    known: dict[str, Any] = {"delivered": 0, "settled": 0, "waiting": 1, "in_work": 0}
    known |= {"active_s": NOW_S, "paused": False, **more}
    return Line(consumer, **known)


LATE_S = NOW_S - 600
WAITING: dict[str, tuple[float, Line, int]] = {
    "young and in line": (NOW_S - 5, line("notifier-summary-ready"), 0),
    "old, in line, and the line moves": (LATE_S, line("notifier-summary-ready"), 0),
    "old, and the line stands": (LATE_S, line("notifier-summary-ready", active_s=LATE_S), 1),
    "old, and the line is paused": (
        LATE_S,
        line("notifier-summary-ready", active_s=LATE_S, paused=True),
        0,
    ),
    "young and in work": (NOW_S - 5, line("notifier-summary-ready", delivered=99, in_work=1), 0),
    "old and in work": (LATE_S, line("notifier-summary-ready", delivered=99, in_work=1), 1),
    "settled": (NOW_S - 5, line("notifier-summary-ready", delivered=99, settled=99), 1),
    "nothing waits": (NOW_S - 5, line("notifier-summary-ready", waiting=0), 1),
    "somebody else's line": (NOW_S - 5, line("indexer-paper-fetched"), 1),
}


@pytest.mark.parametrize("case", WAITING)
def test_what_explains_that_a_paper_has_not_ended(case: str) -> None:
    at_s, there, findings = WAITING[case]
    messages = of_paper(ONE)[:-1]
    seen = Evidence(began_s=NOW_S, began_seq=len(messages), lines=[there])
    for read in reads(messages, at_s):
        seen.log.take(read)
    stuck = [one for one in judge(seen).unexplained if one.check == "A11"]
    assert len(stuck) == findings
    assert judge(seen).in_work == 1


def test_what_moved_while_the_audit_read_is_left_alone() -> None:
    assert judged(of_paper(ONE, 2)[:-1], accepted=()).unexplained
    seen = looked(of_paper(ONE, 2)[:-1])
    seen.began_seq -= 1
    assert judge(seen).is_clean


def advisory(seq: int, consumer: str = "fetcher-paper-announced") -> Read:
    body = advisories.Advisory(stream="PAPERS", consumer=consumer, stream_seq=seq)
    return Read(1, NOW_S, "x", {}, msgspec.json.encode(body))


@pytest.mark.parametrize(
    ("seq", "findings"),
    [(2, []), (len(of_paper(ONE)) + 1, [("A9", "arxiv:new")])],
    ids=["its letter is there", "nobody wrote a letter"],
)
def test_an_advisory_needs_a_letter(seq: int, findings: list[tuple[str, str]]) -> None:
    all_heard = [heard(advisory(seq))]
    messages = [*of_paper(ONE), fact("arxiv:new", "paper.announced")]
    seen = Evidence(began_s=NOW_S, began_seq=len(messages) + 1, heard=all_heard)
    seen.log = Log(wanted=wanted(all_heard))
    for read in reads([*messages, letter(ONE)]):
        seen.log.take(read)
    assert [one for one in found(judge(seen)) if one[0] == "A9"] == findings


def test_promised_papers_are_looked_for() -> None:
    assert found(judged(clean(), accepted=(ONE, "arxiv:gone"))) == [("A1", "arxiv:gone")]


def test_secrets_are_found_and_not_told(tmp_path: Any) -> None:
    file = tmp_path / "seed"
    file.write_text("from-a-file-1234\n")
    environ = {
        "LLM_API_KEY": 'with"quote-12345',
        "SMTP_PASSWORD": "short",
        "S3_ACCESS_KEY": "a-name-and-no-secret",
        "NATS_NKEY_SEED_FILE": str(file),
        "OTHER_TOKEN_FILE": str(tmp_path / "missing"),
    }
    watch = {"id": "w", "channel": {"secret": "whsec_one12345 whsec_two12345"}}
    of_watches = secrecy.of_watches([msgspec.json.encode(watch), b"[]", b"{}"])
    needles = secrecy.Needles([*secrecy.configured(environ), *of_watches])
    assert needles.names_in(b'{"x": "with\\"quote-12345"}') == ["LLM_API_KEY"]
    assert needles.names_in(b"from-a-file-1234 whsec_two12345") == [
        "NATS_NKEY_SEED",
        "of the watch w",
    ]
    assert needles.names_in(b"short a-name-and-no-secret") == []


def test_findings_are_said_once_and_parted() -> None:
    lost, twice = Finding("A1", "x", "lost"), Twice("A4", "x", "twice")
    assert parted([lost, twice, lost]) == ((lost,), (twice,))


@pytest.mark.parametrize(
    ("key", "body", "words"),
    [
        ("pdf/aa/x", None, "not in the store"),
        ("summary/x.json", b"{", "cannot be read"),
        ("text/aa/x", b"[]", "cannot be read"),
        ("pdf/aa/x", b"%PDF", ""),
    ],
)
def test_what_a_body_shows(key: str, body: bytes | None, words: str) -> None:
    assert words in looked_at(key, body, None).problem


def test_an_index_without_a_paper_and_records_without_fault_say_nothing() -> None:
    seen = Evidence(began_s=NOW_S)
    assert not [*points(seen), *told(seen)]
