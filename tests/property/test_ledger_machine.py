"""Workers race for one paper and die between any two steps; the ledger never says a thing twice."""

import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from common import provision
from common.batch import Draft
from common.events import PaperAnnounced, PaperFetched, PaperMeta
from common.ids import now
from common.ledger import Entry, Row, draft_of, stamp
from common.runtime import Runtime, connect
from common.settings import BusSettings, RuntimeSettings
from common.topology import ledger_subject
from property.loops import Loop
from servers import Nats, nats_server

pytestmark = pytest.mark.connected
WORKERS = range(3)
WORKER = st.sampled_from(WORKERS)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    bus: BusSettings
    runtime: RuntimeSettings = RuntimeSettings()


class World:
    """One server for all examples; every example has a paper of its own."""

    def __init__(self, nats: Nats) -> None:
        self.run = Loop()
        self._stack = AsyncExitStack()
        self._nats = nats
        self.runtime: Runtime = self.run(self._connected())

    async def _connected(self) -> Runtime:
        settings = Settings(bus=BusSettings(nats_url=self._nats.url))
        runtime = await self._stack.enter_async_context(connect("test", settings))
        await provision.apply(runtime.nc)
        return runtime

    def close(self) -> None:
        self.run(self._stack.aclose())
        self.run.close()


class Held(msgspec.Struct):
    """A delivery in the hands of a worker, and how far it came."""

    version: int
    epoch: int
    entry: Entry | None = None
    row: Row | None = None
    fact: Draft | None = None
    step: str = "taken"


class LedgerMachine(RuleBasedStateMachine):
    """Deliveries of versions and epochs, to workers that read, work, commit, acknowledge or die."""

    world: World

    @initialize()
    def begin(self) -> None:
        self.paper = f"arxiv:p{uuid.uuid4().hex}"
        self.open: set[tuple[int, int]] = set()
        """Messages that are not acknowledged, and so are delivered again."""
        self.hands: dict[int, Held] = {}
        self.stated: Counter[tuple[int, int]] = Counter()
        self.since = self.world.run(self.world.runtime.bus.last_seq())
        self.last_row: Row | None = None

    @rule(version=st.integers(1, 3), epoch=st.integers(0, 2))
    def announce(self, version: int, epoch: int) -> None:
        self.open.add((version, epoch))

    @precondition(lambda self: self.open)
    @rule(worker=WORKER, data=st.data())
    def deliver(self, worker: int, data: st.DataObject) -> None:
        if worker not in self.hands:
            version, epoch = data.draw(st.sampled_from(sorted(self.open)))
            self.hands[worker] = Held(version, epoch)

    @rule(worker=WORKER)
    def read(self, worker: int) -> None:
        held = self._at(worker, "taken")
        if held is None:
            return
        held.entry = self.world.run(self.world.runtime.ledger.read(self.paper, "fetcher"))
        covered = held.entry is not None and held.entry.row.covers(
            held.version, held.epoch, replay=True
        )
        held.step = "done" if covered else "read"

    @rule(worker=WORKER)
    def work(self, worker: int) -> None:
        held = self._at(worker, "read")
        if held is None:
            return
        about: dict[str, Any] = {"paper": self.paper, "version": held.version, "epoch": held.epoch}
        held.fact = draft_of(stamp(PaperFetched(**about, meta=PaperMeta(title="T")), ""))
        held.row = Row(**about, row="fetcher", state="done", at=now(), cause=f"worker {worker}")
        held.step = "worked"

    @rule(worker=WORKER)
    def half_commit(self, worker: int) -> None:
        """Die after the first message of the batch was sent."""
        held = self._at(worker, "worked")
        if held is None or held.row is None:
            return
        headers = {"Nats-Batch-Id": uuid.uuid4().hex, "Nats-Batch-Sequence": "1"}
        headers["Nats-Expected-Last-Subject-Sequence"] = str(held.entry.seq if held.entry else 0)
        subject = ledger_subject(self.paper, "fetcher")
        body = msgspec.json.encode(held.row)
        self.world.run(self.world.runtime.nc.publish(subject, body, headers=headers))
        del self.hands[worker]

    @rule(worker=WORKER)
    def commit(self, worker: int) -> None:
        held = self._at(worker, "worked")
        if held is None or held.row is None or held.fact is None:
            return
        ledger = self.world.runtime.ledger
        stored = self.world.run(ledger.commit(held.row, held.entry, held.fact))
        held.step = "done" if stored else "lost"

    @rule(worker=WORKER)
    def acknowledge(self, worker: int) -> None:
        held = self.hands.get(worker)
        if held is None or held.step not in ("done", "lost"):
            return
        if held.step == "done":
            self.open.discard((held.version, held.epoch))
        del self.hands[worker]

    @rule(worker=WORKER)
    def die(self, worker: int) -> None:
        self.hands.pop(worker, None)

    @invariant()
    def nothing_is_stated_twice(self) -> None:
        if not hasattr(self, "paper"):
            return
        rows: list[Row] = []
        for seq, subject, body in self.world.run(self._log()):
            self.since = seq
            if subject == PaperFetched.subject:
                event = msgspec.json.decode(body, type=PaperFetched)
                if event.paper == self.paper:
                    self.stated[event.version, event.epoch] += 1
            elif subject == ledger_subject(self.paper, "fetcher"):
                rows.append(msgspec.json.decode(body, type=Row))
        assert not [twice for twice, count in self.stated.items() if count > 1]
        for row in rows:
            assert self.stated[row.version, row.epoch] == 1, "a row without its fact"
            before = self.last_row
            assert before is None or not before.covers(row.version, row.epoch, replay=True)
            self.last_row = row

    async def _log(self) -> list[tuple[int, str, bytes]]:
        bus = self.world.runtime.bus
        last = await bus.last_seq()
        found = [await bus.get(seq) for seq in range(self.since + 1, last + 1)]
        return [(fact.seq, fact.subject, fact.body) for fact in found if fact is not None]

    def _at(self, worker: int, step: str) -> Held | None:
        held = self.hands.get(worker)
        return held if held is not None and held.step == step else None

    def teardown(self) -> None:
        """In the end the deliveries that are left are worked on in peace, and all is settled."""
        if not hasattr(self, "paper"):
            return
        self.hands.clear()
        wanted = max(self.open, default=None)
        for _ in range(len(self.open)):
            self.hands[0] = Held(*min(self.open))
            for step in (self.read, self.work, self.commit, self.acknowledge):
                step(0)
            self.nothing_is_stated_twice()
        assert not self.open
        entry = self.world.run(self.world.runtime.ledger.read(self.paper, "fetcher"))
        if wanted is not None:
            assert entry is not None
            assert (entry.row.version, entry.row.epoch) >= wanted


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with nats_server(tmp_path_factory.mktemp("nats")) as nats:
        made = World(nats)
        try:
            yield made
        finally:
            made.close()


def test_any_order_of_steps_and_deaths(world: World) -> None:
    bound = type("Bound", (LedgerMachine,), {"world": world})
    run_state_machine_as_test(
        bound,
        settings=settings(
            max_examples=100,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_announcement_is_stated_once_however_often_it_is_tried(world: World) -> None:
    paper = f"arxiv:p{uuid.uuid4().hex}"
    event = PaperAnnounced(paper=paper, version=1, meta=PaperMeta(title="T"))
    ledger = world.runtime.ledger
    assert [world.run(ledger.announce(event, None)) for _ in range(3)] == [True, False, False]
