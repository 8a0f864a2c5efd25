"""The steps there are: each leads to the next version of what is kept.

A step is a function in a module of its own, decorated with ``steps.step(version, text)``. It must
do nothing when it is done again, and must only say what it would do when ``dry_run`` is true. With
a new step goes the new number in ``common.stateversion.NEEDED``.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from cli.settings import Settings
from common import stateversion
from common.runtime import Runtime

Say = Callable[[str], None]


class Work(NamedTuple):
    """What a step may use."""

    runtime: Runtime
    settings: Settings
    dry_run: bool
    say: Say


Do = Callable[[Work], Awaitable[int]]
"""Does the step; how many things it changed, or would."""


class Step(NamedTuple):
    """One step to ``version``, and what it does in words."""

    version: int
    text: str
    do: Do


class Steps:
    """A line of steps without a gap."""

    def __init__(self, first: int = stateversion.FIRST) -> None:
        self._first = first
        self.known: list[Step] = []

    @property
    def newest(self) -> int:
        """The version that the last step leads to."""
        return self._first + len(self.known)

    def step(self, version: int, text: str) -> Callable[[Do], Do]:
        """Let the decorated function lead to ``version``; ValueError when one is left out."""
        if version != self.newest + 1:
            raise ValueError(f"the next step leads to {self.newest + 1}, not to {version}")

        def register(do: Do) -> Do:
            self.known.append(Step(version, text, do))
            return do

        return register

    def after(self, version: int) -> list[Step]:
        """What is still to be done for data of ``version``."""
        return [step for step in self.known if step.version > version]


STEPS = Steps()
"""Those of this release."""
