"""A log of many papers, each with its whole chain, written as fast as the server stores."""

import socket
from collections.abc import Iterator
from typing import Any

import msgspec

from common import paperid, topology
from common.events import (
    Event,
    ObjectRef,
    PaperAnnounced,
    PaperEmbedded,
    PaperFetched,
    PaperMeta,
    SummaryReady,
)
from common.ids import now
from common.ledger import Row, State

PAPER, DIGEST = "@@PAPER@@", "d" * 64
META = PaperMeta(
    title="A paper of the usual size",
    abstract="word " * 250,
    authors=("A B",) * 5,
    categories=("cs.LG", "cs.AI"),
)
TRACE = "00-" + "7" * 52
PER_CHUNK = 100
"""Papers after which the server has to say that it has stored them: it drops what piles up."""

Step = tuple[str, str]
"""Row name or subject, and the body with a gap for the paper."""


def write(port: int, papers: int) -> int:
    """Write the papers; how many messages they are. Every row is guarded as it should be."""
    steps = list(_steps())
    with socket.create_connection(("127.0.0.1", port)) as server:
        answers = server.makefile("rb")
        answers.readline()
        server.sendall(b'CONNECT {"verbose":false,"headers":true}\r\nSUB stored 1\r\n')
        seq = waiting = 0
        for first in range(0, papers, PER_CHUNK):
            numbers = range(first, min(first + PER_CHUNK, papers))
            chunk: list[str] = []
            for number in numbers:
                seq = _paper(chunk, steps, number, seq)
            verb, subject, rest = chunk[-1].split(" ", 2)
            chunk[-1] = f"{verb} {subject} stored {rest}"
            server.sendall("".join(chunk).encode())
            waiting += 1
            if waiting > 2:
                waiting -= _stored(answers)
        while waiting:
            waiting -= _stored(answers)
    return seq


def _stored(answers: Any) -> int:
    while not answers.readline().startswith(b"MSG"):
        pass
    answers.readline()
    return 1


def _paper(chunk: list[str], steps: list[Step], number: int, seq: int) -> int:
    paper = f"arxiv:{2401 + number // 99_999}.{number % 99_999:05d}"
    token = paperid.to_token(paper)
    revisions: dict[str, int] = {}
    for name, body in steps:
        seq += 1
        subject = name
        header = f"NATS/1.0\r\ntraceparent: {TRACE}\r\n"
        if name in ROWS:
            subject = topology.ledger_subject(token, name)
            guard = revisions.get(name, 0)
            header += f"Nats-Expected-Last-Subject-Sequence: {guard}\r\n"
            revisions[name] = seq
        header += "\r\n"
        filled = body.replace(PAPER, paper).replace(DIGEST, f"{number:064x}")
        size = len(header) + len(filled)
        chunk.append(f"HPUB {subject} {len(header)} {size}\r\n{header}{filled}\r\n")
    return seq


def _steps() -> Iterator[Step]:
    ref = ObjectRef(key=f"text/dd/{DIGEST}", sha256=DIGEST, size_bytes=2000)
    summary = ObjectRef(key=f"summary/{DIGEST}.json", sha256=DIGEST, size_bytes=900)
    about: dict[str, Any] = {"paper": PAPER, "version": 1, "meta": META, "at": now()}
    about |= {"event_id": "e" * 36, "trace": TRACE}
    embedded = PaperEmbedded(**about, text=ref, model="m", passages=1)
    ready = SummaryReady(
        **about, tldr="t " * 80, summary=summary, model="extractive", recipe=DIGEST
    )
    yield from _stated("fetcher", PaperAnnounced(**about), "announced")
    yield from _stated("fetcher", PaperFetched(**about))
    yield from _stated("indexer", embedded)
    yield from _stated("notifier-embedded", None)
    yield from _stated("summarizer", ready)
    yield from _stated("indexer-summary", None)
    yield from _stated("notifier", None)


ROWS = {one.row for one in topology.CONSUMERS if one.row}


def _stated(name: str, fact: Event | None, state: State = "done") -> Iterator[Step]:
    result = msgspec.json.encode(fact or {"matched": 0})
    row = Row(
        paper=PAPER,
        row=name,
        state=state,
        version=1,
        at=now(),
        started=now(),
        trace=TRACE,
        cause="c" * 36,
        result=msgspec.Raw(result),
    )
    yield name, msgspec.json.encode(row).decode()
    if fact is not None:
        yield fact.subject, result.decode()
