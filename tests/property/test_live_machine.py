"""SSE clients break off and come back from any id, over restarts: no gap, no repeat."""

import asyncio
import re
from contextlib import aclosing

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from common.events import PaperEmbedded, PaperMeta
from fakes_gateway import REF, World
from gateway import live
from gateway.hub import Hub
from gateway.live import Pace
from property.loops import Loop

ID = re.compile(rb"^id: (\d+)$", re.MULTILINE)
EVENT = re.compile(rb"^event: (\S+)$", re.MULTILINE)
CLIENTS = st.integers(0, 2)
PACE = Pace(max_age_s=30.0, ping_s=0.02)


class LiveMachine(RuleBasedStateMachine):
    """Facts are stated, clients read a little and break off, the gateway is restarted."""

    @initialize()
    def begin(self) -> None:
        self.run = Loop()
        self.world = World()
        self.stated: list[int] = []
        self.began: dict[int, int] = {}
        self.seen: dict[int, list[int]] = {}
        self.run(self._start())

    async def _start(self) -> None:
        self.hub = Hub(self.world.bus)
        self.task = asyncio.create_task(self.hub.run())
        await asyncio.wait_for(self.hub.started.wait(), 60)

    async def _end(self) -> None:
        self.hub.close()
        await asyncio.wait_for(self.task, 60)

    @rule(count=st.integers(1, 5), skip=st.integers(1, 4))
    def state(self, count: int, skip: int) -> None:
        for _ in range(count):
            self.stated.append(self.world.bus.state(_fact(len(self.stated)), skip=skip))
        self.run(self._caught_up())

    async def _caught_up(self) -> None:
        await self.world.bus.wake()
        async with asyncio.timeout(60):
            while self.hub.position < self.stated[-1]:  # noqa: ASYNC110 - the hub has no event
                await asyncio.sleep(0)

    @rule(client=CLIENTS, share=st.floats(0, 1))
    def come(self, client: int, share: float) -> None:
        """A new client, from any id that was ever given."""
        ids = [0, *self.stated]
        self.began[client] = ids[int(share * (len(ids) - 1))]
        self.seen[client] = []

    @rule(client=CLIENTS, most=st.integers(1, 8))
    def listen(self, client: int, most: int) -> None:
        """Come back with the last id, take at most so many, and break off."""
        if client in self.began:
            last = self.seen[client][-1] if self.seen[client] else self.began[client]
            missing = [seq for seq in self.stated if seq > last]
            if missing:
                self.seen[client] += self.run(self._taken(last, min(most, len(missing))))

    async def _taken(self, after: int, most: int) -> list[int]:
        found: list[int] = []
        async with asyncio.timeout(60), aclosing(live.stream(self.hub, after, PACE)) as chunks:
            async for chunk in chunks:
                for block in chunk.split(b"\n\n"):
                    assert b"event: reset" not in block
                    if EVENT.search(block):
                        found += [int(one) for one in ID.findall(block)]
                if len(found) >= most:
                    break
        return found[:most]

    @rule()
    def restart(self) -> None:
        self.run(self._end())
        self.run(self._start())

    def teardown(self) -> None:
        if not hasattr(self, "run"):
            return
        for client, began in self.began.items():
            for _ in range(len(self.stated) + 1):
                self.listen(client, 50)
            assert self.seen[client] == [seq for seq in self.stated if seq > began]
        self.run(self._end())
        self.run.close()


def _fact(number: int) -> PaperEmbedded:
    paper = f"arxiv:2401.{number:05d}"
    meta = PaperMeta(title="A title\nof two lines")
    return PaperEmbedded(paper=paper, version=1, meta=meta, text=REF, model="m", passages=1)


def test_no_gap_and_no_repeat() -> None:
    run_state_machine_as_test(
        LiveMachine,
        settings=settings(
            max_examples=150,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
