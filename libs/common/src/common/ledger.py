"""The ledger: what each service has made true for each paper, guarded by compare-and-set."""

import asyncio
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec
from opentelemetry import trace
from opentelemetry.context import Context

from common import metrics, paperid, topology
from common.batch import Draft, check_size
from common.commits import GroupCommit
from common.errors import EventTooLarge, Unavailable
from common.events import Event, PaperAnnounced
from common.ids import event_id, now
from common.letters import stillborn
from common.stream import last_by_subject, last_of_subjects
from common.trace import current_traceparent, tracer

if TYPE_CHECKING:
    from nats.js import JetStreamContext

State = Literal["announced", "waiting", "done", "dead", "cancelled"]
"""waiting: another service has been asked to make anew what this one needs (ADR 0004)."""
STREAM = topology.PAPERS
FINAL: frozenset[str] = frozenset(("done", "dead", "cancelled"))


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one service has made true for one paper; times are RFC 3339 UTC."""

    paper: str
    row: str
    state: State
    version: int
    epoch: int = 0
    at: str
    started: str = ""
    attempts: int = 1
    reason: str = ""
    error: str = ""
    notes: tuple[str, ...] = ()
    cause: str = ""
    """Event id of the message that led here."""
    trace: str = ""
    result: msgspec.Raw = msgspec.Raw(b"")
    """The fact that was stated, or the detail of a Done, as JSON."""

    def covers(self, version: int, epoch: int, *, replay: bool = False) -> bool:
        """Whether this work needs no doing: it ended, or a newer version took its place.

        A replay is asked of one service by name and is covered only by its own epoch; a fact
        that comes again on its own subject redoes only what was dead (see ADR 0004).
        """
        if self.version != version:
            return self.version > version
        if self.state == "waiting":
            return self.epoch >= epoch
        if self.state not in FINAL:
            return False
        redo = replay or self.state == "dead"
        return self.epoch >= epoch if redo else True


class Entry(NamedTuple):
    """A row and the stream sequence that guards its next revision."""

    row: Row
    seq: int


_decode = msgspec.json.Decoder(Row).decode


def decode(body: bytes) -> Row:
    """The row stored as ``body``; raises msgspec.DecodeError when it is none."""
    return _decode(body)


def result_as(entry: Entry | None, kind: type[Any]) -> Any:
    """The fact kept on a row, decoded, or None when there is no row or no fact."""
    if entry is None or not bytes(entry.row.result):
        return None
    return msgspec.json.decode(entry.row.result, type=kind)


class Ledger:
    """Reads and guarded writes of ledger rows."""

    def __init__(self, js: "JetStreamContext") -> None:
        self._js = js
        self._commits = GroupCommit(js, STREAM)

    async def read(self, paper: str, row: str) -> Entry | None:
        """The newest revision of one row; raises Unavailable."""
        subject = topology.ledger_subject(paperid.to_token(paper), row)
        found = await last_by_subject(self._js, STREAM, subject)
        return None if found is None else Entry(decode(found.body), found.seq)

    async def timeline(self, paper: str) -> list[Entry]:
        """The newest revision of every row of one paper, oldest first; raises Unavailable."""
        pattern = topology.ledger_subject(paperid.to_token(paper), "*")
        found = await last_of_subjects(self._js, STREAM, [pattern])
        return sorted((Entry(decode(f.body), f.seq) for f in found), key=lambda entry: entry.seq)

    async def commit(self, row: Row, previous: Entry | None, *also: Draft) -> bool:
        """Store the row, and what it justifies, if nobody wrote the row since ``previous``.

        False means that somebody was faster and nothing was stored. Raises Unavailable,
        EventTooLarge.
        """
        subject = topology.ledger_subject(paperid.to_token(row.paper), row.row)
        guard_seq = 0 if previous is None else previous.seq
        guarded = Draft(subject=subject, body=msgspec.json.encode(row), expected_seq=guard_seq)
        stored = await self._commits.store(guarded, *also)
        if stored is not None:
            return stored
        return await self._settle_doubt(subject, row, guard_seq)

    async def announce(self, event: PaperAnnounced, previous: Entry | None) -> bool:
        """State that a source announced a version: row ``fetcher`` and fact in one batch.

        Starts the paper's own trace, linked to the run that found it. One that is too large for
        the bus is dead at once, with a letter of its own; EventTooLarge says so.
        """
        run = trace.get_current_span().get_span_context()
        links = [trace.Link(run)] if run.is_valid else []
        with tracer().start_as_current_span(
            "announce paper.announced",
            context=Context(),
            links=links,
            attributes={"paperbus.paper": event.paper, "paperbus.version": event.version},
        ):
            return await self._announce(event, previous)

    async def _announce(self, event: PaperAnnounced, previous: Entry | None) -> bool:
        fact = stamp(event, current_traceparent())
        row = Row(
            paper=event.paper,
            row="fetcher",
            state="announced",
            version=event.version,
            epoch=event.epoch,
            at=fact.at,
            trace=fact.trace,
        )
        draft = msgspec.structs.replace(draft_of(fact), limit_bytes=topology.MAX_ANNOUNCED_BYTES)
        try:
            check_size(draft, draft.all_headers())
        except EventTooLarge as error:
            words = stillborn.words_of(event.meta, error)
            dead = msgspec.structs.replace(row, state="dead", reason=error.reason, error=words)
            if not await self.commit(dead, previous, stillborn.letter_of(fact, error, words)):
                return False
            metrics.DEAD_LETTERS.labels(row.row, error.reason).inc()
            raise
        announced = msgspec.structs.replace(row, result=msgspec.Raw(draft.body))
        return await self.commit(announced, previous, draft)

    async def _settle_doubt(self, subject: str, row: Row, guard_seq: int) -> bool:
        """After a time-out: was the batch stored? The ledger itself knows (rule N12).

        Raises Unavailable when nobody wrote the row: what was sent went down with the server.
        """
        for pause_s in (0.2, 1.0, 3.0):
            await asyncio.sleep(pause_s)
            found = await last_by_subject(self._js, STREAM, subject)
            if found is not None and found.seq > guard_seq:
                there = decode(found.body)
                return (there.at, there.version, there.state) == (row.at, row.version, row.state)
        raise Unavailable("nats", f"no answer to a batch with {subject}")


def stamp(event: Event, trace: str) -> Event:
    """The fact with its identity, time and trace; the id depends only on what is stated."""
    identity = event_id(event.paper, event.subject, event.version, event.epoch)
    return msgspec.structs.replace(event, event_id=identity, at=now(), trace=trace)


def draft_of(event: Event) -> Draft:
    """The stamped event as a message that may be stored."""
    return Draft(
        subject=event.subject,
        body=msgspec.json.encode(event),
        message_id=event.event_id,
        trace=event.trace,
    )
