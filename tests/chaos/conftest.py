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


@pytest.fixture
def seed() -> int:
    return int(os.environ.get("CHAOS_SEED") or random.SystemRandom().randrange(10**6))


@pytest.fixture
def start(tmp_path: Path, seed: int) -> Iterator[Start]:
    """Starts a system in the test's folder; it is stopped with the test."""
    with ExitStack() as stack:

        def started(papers: int = 40, **how: Any) -> System:
            wanted = int(os.environ.get("CHAOS_PAPERS") or papers)
            return stack.enter_context(running(tmp_path, seed=seed, papers=wanted, **how))

        yield started
