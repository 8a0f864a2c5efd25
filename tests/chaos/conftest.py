"""Every row is seeded: ``CHAOS_SEED`` repeats a run, ``CHAOS_PAPERS`` sets the load."""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from chaos.kit.system import System, running

Start = Callable[..., System]
Share = Callable[[int], System]
SHARED_PAPERS = 240


def _seed() -> int:
    return int(os.environ.get("CHAOS_SEED") or random.SystemRandom().randrange(10**6))


@pytest.fixture
def seed() -> int:
    return _seed()


@pytest.fixture
def start(tmp_path: Path, seed: int) -> Iterator[Start]:
    """Starts a system in the test's folder; it is stopped with the test."""
    with ExitStack() as stack:

        def started(papers: int = 40, **how: Any) -> System:
            wanted = int(os.environ.get("CHAOS_PAPERS") or papers)
            return stack.enter_context(running(tmp_path, seed=seed, papers=wanted, **how))

        yield started


class Shared:
    """A system for rows that leave it as they found it; made anew after one that did not."""

    def __init__(self, folder: Callable[[], Path]) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._system: System | None = None

    def of(self, papers: int) -> System:
        """The system, with so many papers for the row."""
        if self._system is None or not (self._system.is_green and self._system.take(papers)):
            self.stop()
            made = running(self._folder(), seed=_seed(), papers=max(papers, SHARED_PAPERS))
            self._system = self._stack.enter_context(made)
            assert self._system.take(papers)
        self._system.is_green = False
        return self._system

    def stop(self) -> None:
        """The end of the system there is."""
        self._system = None
        self._stack.close()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    made = Shared(lambda: tmp_path_factory.mktemp("shared"))
    yield made
    made.stop()


@pytest.fixture
def share(shared: Shared) -> Share:
    """Gives a system that may have been through other rows before: starting one takes longest."""
    return lambda papers: shared.of(int(os.environ.get("CHAOS_PAPERS") or papers))
