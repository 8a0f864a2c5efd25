"""A log of papers as the services write it, for the audit to judge."""

from typing import Any

import msgspec

from cli.audit.evidence import Evidence
from cli.audit.judge import judge
from cli.audit.path import GUARD
from cli.audit.verdict import Verdict
from common import topology
from common.events import Event
from common.ids import event_id
from common.ledger import Row
from common.letters.letter import HEADERS
from common.scan import Read

PAPERS = ("arxiv:2401.00001", "arxiv:2401.00002", "doi:10.1/x")
ONE = PAPERS[0]
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


def without(messages: list[Message], gone: Message) -> list[Message]:
    assert messages.count(gone) == 1
    return [message for message in messages if message != gone]
