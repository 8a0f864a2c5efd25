"""Versions come in any order, again and again, from workers that die: the index has the newest."""

import asyncio
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from qdrant_client import AsyncQdrantClient, models

from common.bm25 import Sparse
from common.errors import Retryable
from common.vectors.collections import PAPERS, PASSAGES
from common.vectors.points import PaperPoint, PassagePoint, generation
from common.vectors.writer import Writer
from property.loops import Loop

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
PAPER = "arxiv:2401.00001"
DIM = 4
WORKERS = st.integers(0, 2)


class World:
    """One index, emptied for each example."""

    def __init__(self) -> None:
        self.run = Loop()
        self.writer: Writer = self.run(self._made())

    async def _made(self) -> Writer:
        writer = Writer(AsyncQdrantClient(":memory:"), "letters", DIM)
        await writer.ensure()
        return writer

    def close(self) -> None:
        self.run(self.writer.client.close())
        self.run.close()


class Task:
    """One delivery of one version: store passages, store the paper, confirm."""

    def __init__(self, version: int, epoch: int) -> None:
        self.gen = generation(version, epoch)
        self.version = version
        self.passages = 1 + (version * 2 + epoch) % 4
        self.step = 0


class IndexMachine(RuleBasedStateMachine):
    """Any interleaving of workers over any versions."""

    world: World

    @initialize()
    def begin(self) -> None:
        self.hands: dict[int, Task] = {}
        self.open: set[tuple[int, int]] = set()
        self.world.run(self.world.writer.delete_paper(PAPER))

    @rule(worker=WORKERS, version=st.integers(1, 4), epoch=st.integers(0, 1))
    def deliver(self, worker: int, version: int, epoch: int) -> None:
        self.open.add((version, epoch))
        self.hands[worker] = Task(version, epoch)

    @rule(worker=WORKERS)
    def go_on(self, worker: int) -> None:
        task = self.hands.get(worker)
        if task is not None and self._step(task):
            del self.hands[worker]

    @rule(worker=WORKERS)
    def die(self, worker: int) -> None:
        self.hands.pop(worker, None)

    def _step(self, task: Task) -> bool:
        """One step of the work; True when it has come to its end."""
        writer, run = self.world.writer, self.world.run
        task.step += 1
        if task.step == 1:
            run(writer.index_passages(*_passages(task)))
        elif task.step == 2:
            run(writer.index_paper(_paper(task), _dense(1), _words()))
        else:
            try:
                run(writer.confirm(PAPER, task.gen, task.passages))
            except Retryable:
                task.step = 0
                return False
            return True
        return False

    def teardown(self) -> None:
        """What was not finished is delivered again, the oldest last."""
        if not hasattr(self, "open") or not self.open:
            return
        for version, epoch in sorted(self.open, reverse=True):
            task = Task(version, epoch)
            for _ in range(12):
                if self._step(task):
                    break
            else:
                raise AssertionError(f"version {version} never comes to its end")
        version, epoch = max(self.open)
        newest = Task(version, epoch)
        paper, passages = self.world.run(_stored(self.world.writer))
        assert (paper["gen"], paper["version"]) == (newest.gen, version)
        assert {one["gen"] for one in passages} == {newest.gen}
        assert sorted(one["no"] for one in passages) == list(range(newest.passages))


def _dense(rows: int) -> Any:
    return np.full((rows, DIM), 0.5, dtype=np.float32)


def _words() -> Sparse:
    return Sparse(indices=[1], values=[1.0])


def _paper(task: Task) -> PaperPoint:
    return PaperPoint(
        paper=PAPER, version=task.version, title="T", gen=task.gen, passages=task.passages
    )


def _passages(task: Task) -> tuple[list[PassagePoint], Any, list[Sparse]]:
    points = [
        PassagePoint(paper=PAPER, no=no, text=f"v{task.version}", gen=task.gen)
        for no in range(task.passages)
    ]
    return points, _dense(len(points)), [_words() for _ in points]


async def _stored(writer: Writer) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    of_paper = models.Filter(
        must=[models.FieldCondition(key="paper", match=models.MatchValue(value=PAPER))]
    )
    papers, passages = await asyncio.gather(
        writer.client.scroll(PAPERS, of_paper, limit=10),
        writer.client.scroll(PASSAGES, of_paper, limit=100),
    )
    assert len(papers[0]) == 1
    return papers[0][0].payload or {}, [one.payload or {} for one in passages[0]]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    made = World()
    try:
        yield made
    finally:
        made.close()


def test_the_newest_version_wins(world: World) -> None:
    bound = type("Bound", (IndexMachine,), {"world": world})
    run_state_machine_as_test(
        bound,
        settings=settings(
            max_examples=150,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
