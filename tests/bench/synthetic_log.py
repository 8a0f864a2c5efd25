"""A log of many papers, each with its whole chain, written as fast as the server stores."""

from collections.abc import Iterator
from typing import Any

import msgspec
import synthetic_papers as papers
from raw_bus import Writer

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

PAPER, PDF, TEXT, SUMMARY, RECIPE = "@@PAPER@@", "p" * 64, "t" * 64, "s" * 64, "r" * 64
META = PaperMeta(
    title="A paper of the usual size",
    abstract="word " * 250,
    authors=("A B",) * 5,
    categories=("cs.LG", "cs.AI"),
)
TRACE = "00-" + "7" * 52

Step = tuple[str, str]
"""Row name or subject, and the body with gaps for the paper and its digests."""


def write(port: int, count: int, passages: int) -> int:
    """Write the papers; how many messages they are. Every row is guarded as it should be."""
    steps = list(_steps(passages))
    seq = 0
    with Writer(port) as writer:
        for number in range(count):
            seq = _paper(writer, steps, papers.made(number), seq)
    return seq


def _paper(writer: Writer, steps: list[Step], made: papers.Made, seq: int) -> int:
    token = paperid.to_token(made.paper)
    revisions: dict[str, int] = {}
    for name, body in steps:
        seq += 1
        subject = name
        headers = {"traceparent": TRACE}
        if name in ROWS:
            subject = topology.ledger_subject(token, name)
            headers["Nats-Expected-Last-Subject-Sequence"] = str(revisions.get(name, 0))
            revisions[name] = seq
        writer.write(subject, _filled(body, made), headers)
    return seq


def _filled(body: str, made: papers.Made) -> str:
    gaps = ((PDF, made.pdf), (TEXT, made.text), (SUMMARY, made.summary))
    for gap, one in gaps:
        # The first two digits are a folder of the key.
        body = body.replace(f"/{gap[:2]}/{gap}", f"/{one.ref.sha256[:2]}/{one.ref.sha256}")
        body = body.replace(gap, one.ref.sha256)
    return body.replace(RECIPE, made.recipe).replace(PAPER, made.paper)


def _steps(passages: int) -> Iterator[Step]:
    sizes = papers.made(0)
    pdf = _ref(f"pdf/pp/{PDF}", PDF, sizes.pdf)
    text = _ref(f"text/tt/{TEXT}", TEXT, sizes.text)
    summary = _ref(f"summary/{RECIPE}.json", SUMMARY, sizes.summary)
    about: dict[str, Any] = {"paper": PAPER, "version": 1, "meta": META, "at": now()}
    about |= {"event_id": "e" * 36, "trace": TRACE}
    embedded = PaperEmbedded(**about, text=text, model="m", passages=passages)
    ready = SummaryReady(
        **about,
        tldr="word " * 40,
        summary=summary,
        model=papers.MODEL,
        recipe=RECIPE,
        prompt_tokens=papers.TOKENS[0],
        completion_tokens=papers.TOKENS[1],
        cost_usd=papers.COST_USD,
    )
    yield from _stated("fetcher", PaperAnnounced(**about), "announced")
    yield from _stated("fetcher", PaperFetched(**about, pdf=pdf))
    yield from _stated("indexer", embedded)
    yield from _stated("notifier-embedded", None)
    yield from _stated("summarizer", ready)
    yield from _stated("indexer-summary", None)
    yield from _stated("notifier", None)


def _ref(key: str, digest: str, like: papers.Body) -> ObjectRef:
    return ObjectRef(key=key, sha256=digest, size_bytes=like.ref.size_bytes)


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
