"""One message in the hands of workers that fail and die: it comes to one end, within bounds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from structlog.testing import capture_logs

from common import topology
from common.batch import Draft
from common.boundary import GIVE_BACK_S, Boundary
from common.errors import EventTooLarge, Retryable, Terminal
from common.events import PaperAnnounced, PaperFetched, PaperMeta
from common.handlers import Binding
from common.ledger import Entry, Ledger, Row, State
from common.settle import CRASH_LIMIT, MAX_DELAY_S, backoff_s
from property.loops import Loop

EVENT = PaperAnnounced(paper="arxiv:2401.00001", version=1, meta=PaperMeta(title="T"))
CONSUMER = topology.consumer_for("fetcher", PaperAnnounced)
START = Row(paper=EVENT.paper, row="fetcher", state="announced", version=1, at="")
ENDS: tuple[State, ...] = ("done", "dead")
POINTS = ("in_work", "stored", "settling")


class Crash(BaseException):
    """The process ends here."""


class Rows:
    """A ledger of one row; dies after it has stored something when told so."""

    def __init__(self) -> None:
        self.entry = Entry(START, 1)
        self.facts: list[Draft] = []
        self.letters: list[Draft] = []
        self.dies = False

    async def read(self, paper: str, row: str) -> Entry:
        return self.entry

    async def commit(self, row: Row, previous: Entry | None, *also: Draft) -> bool:
        if previous is None or previous.seq != self.entry.seq:
            return False
        self.entry = Entry(row, self.entry.seq + 1)
        for draft in also:
            is_letter = draft.subject.startswith(f"{topology.DEAD}.")
            (self.letters if is_letter else self.facts).append(draft)
        if self.dies:
            raise Crash
        return True


class Handed:
    """One delivery, and how it was settled."""

    subject = EVENT.subject
    body = msgspec.json.encode(EVENT)
    stream_seq = 2

    def __init__(self, delivered: int, *, dies: bool) -> None:
        self.headers: dict[str, str] = {}
        self.delivered = delivered
        self.settled: list[tuple[str, float]] = []
        self._dies = dies

    async def ack(self) -> None:
        self._settle("ack")

    async def nak(self, delay_s: float) -> None:
        self._settle("nak", delay_s)

    async def term(self) -> None:
        self._settle("term")

    def _settle(self, how: str, delay_s: float = 0.0) -> None:
        if self._dies:
            raise Crash
        self.settled.append((how, delay_s))

    @asynccontextmanager
    async def heartbeat(self, every_s: float) -> AsyncIterator[None]:
        assert 0 < every_s < topology.ACK_WAIT_S
        yield


class SettlingMachine(RuleBasedStateMachine):
    """A server that delivers one message until it is settled, and workers of every kind."""

    run: Loop

    @initialize()
    def begin(self) -> None:
        self.rows = Rows()
        self.delivered = 0
        self.is_over = False

    def deliver(self, work: Any, *, point: str = "", stopped: bool = False) -> tuple[str, float]:
        """One delivery into the hands of a new process; how it was settled."""
        self.delivered += 1
        handed = Handed(self.delivered, dies=point == "settling")
        self.rows.dies = point == "stored"
        begun = asyncio.Event()

        async def handle(event: PaperAnnounced) -> PaperFetched:
            begun.set()
            if stopped:
                await asyncio.sleep(60)
            if point == "in_work":
                raise Crash
            if isinstance(work, Exception):
                raise work
            return PaperFetched(paper=event.paper, version=event.version, meta=event.meta)

        async def taken() -> None:
            binding = Binding(CONSUMER, handle, 1)
            ledger = cast(Ledger, self.rows)
            boundary = Boundary("fetcher", binding, ledger, cast(Any, None))
            task = asyncio.create_task(boundary.take(cast(Any, handed)))
            waiting = asyncio.create_task(begun.wait())
            if stopped:
                await asyncio.wait((task, waiting), return_when=asyncio.FIRST_COMPLETED)
                boundary.give_back()
            await asyncio.wait((task,))
            waiting.cancel()
            assert boundary.in_work == 0
            if not task.cancelled() and not isinstance(task.exception(), Crash):
                task.result()

        self.run(taken())
        self.rows.dies = False
        if point and not handed.settled:
            return ("", 0.0)
        assert len(handed.settled) == 1, handed.settled
        self.is_over = self.is_over or handed.settled[0][0] != "nak"
        return handed.settled[0]

    @property
    def is_dead_by_now(self) -> bool:
        return self.delivered > CRASH_LIMIT

    @precondition(lambda self: not self.is_over)
    @rule()
    def ok(self) -> None:
        was_ended = self.rows.entry.row.state in ENDS
        assert self.deliver(None)[0] == ("ack" if was_ended or not self.is_dead_by_now else "term")

    @precondition(lambda self: not self.is_over)
    @rule(asked_s=st.none() | st.floats(-10, 1e6, allow_nan=False))
    def transient(self, asked_s: float | None) -> None:
        how, delay_s = self.deliver(Retryable("later", delay_s=asked_s))
        if how == "nak":
            assert self.delivered < topology.MAX_ATTEMPTS
            low, high = (0.5, MAX_DELAY_S) if asked_s is None else (max(0.1, asked_s),) * 2
            assert low <= delay_s <= high

    @precondition(lambda self: not self.is_over)
    @rule(error=st.sampled_from([ValueError("x"), KeyError("k"), TimeoutError()]))
    def bug_or_deadline(self, error: Exception) -> None:
        how, delay_s = self.deliver(error)
        if how == "nak":
            assert self.delivered < topology.MAX_ATTEMPTS
            assert 0.5 <= delay_s <= MAX_DELAY_S

    @precondition(lambda self: not self.is_over)
    @rule(error=st.sampled_from([Terminal("no", reason="poison"), EventTooLarge("a.b", 9, 1)]))
    def permanent(self, error: Terminal) -> None:
        was_ended = self.rows.entry.row.state in ENDS
        assert self.deliver(error)[0] == ("ack" if was_ended else "term")

    @precondition(lambda self: not self.is_over)
    @rule()
    def cancel(self) -> None:
        how, delay_s = self.deliver(None, stopped=True)
        assert how != "nak" or delay_s == GIVE_BACK_S

    @precondition(lambda self: not self.is_over)
    @rule(point=st.sampled_from(POINTS), error=st.none() | st.just(Terminal("no", reason="poison")))
    def crash(self, point: str, error: Terminal | None) -> None:
        self.deliver(error, point=point)

    @precondition(lambda self: self.is_over)
    @rule(error=st.none() | st.just(ValueError("x")))
    def deliver_again(self, error: Exception | None) -> None:
        """The server has lost the settlement; nothing is done a second time."""
        before = (self.rows.entry, list(self.rows.facts), list(self.rows.letters))
        assert self.deliver(error)[0] == "ack"
        assert (self.rows.entry, self.rows.facts, self.rows.letters) == before

    @invariant()
    def at_most_one_end(self) -> None:
        if not hasattr(self, "rows"):
            return
        state = self.rows.entry.row.state
        assert (len(self.rows.facts), len(self.rows.letters)) == (state == "done", state == "dead")
        assert not self.is_over or state in ENDS
        assert state in (START.state, *ENDS)

    def teardown(self) -> None:
        """Workers that live bring it to its end."""
        if hasattr(self, "rows") and not self.is_over:
            self.ok()
            self.at_most_one_end()
            assert self.is_over


def test_one_message_comes_to_exactly_one_end() -> None:
    SettlingMachine.run = Loop()
    try:
        limits = settings(max_examples=40, stateful_step_count=12, deadline=None)
        with capture_logs():
            run_state_machine_as_test(SettlingMachine, settings=limits)
    finally:
        SettlingMachine.run.close()


JITTER = st.floats(0, 1)


@given(st.integers(-5, 10**6), JITTER)
def test_a_delay_is_within_its_bounds(attempt: int, jitter: float) -> None:
    assert 0.5 <= backoff_s(attempt, jitter) <= MAX_DELAY_S
    assert 0.5 <= backoff_s(attempt) <= MAX_DELAY_S


@given(st.integers(1, 40), JITTER, JITTER)
def test_delays_grow(attempt: int, one: float, other: float) -> None:
    assert backoff_s(attempt + 1, one) >= backoff_s(attempt, one)
    low, high = sorted((one, other))
    assert backoff_s(attempt, low) <= backoff_s(attempt, high)
    assert backoff_s(attempt, 1.0) <= 2 * backoff_s(attempt, 0.0)
