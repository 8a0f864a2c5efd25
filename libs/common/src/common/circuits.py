"""One circuit per dependency and process: while it is open, one worker at a time asks again.

Whoever meets a dependency that is down waits here with its message in hand. The one that has
waited longest tries when the time has come, then stands at the end of the queue again, so that one
message whose work always fails holds nobody up. The first try that gets an answer lets all go on.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from common.errors import Unavailable
from common.ids import now
from common.settle import backoff_s

MAX_PAUSE_S = 30.0
BUS = "nats"
MAX_BUS_PAUSE_S = 3.0
"""Asking the bus costs nothing, and everything waits for it."""


class _Waiter(NamedTuple):
    durable: str
    turn: asyncio.Future[bool]


class Circuit:
    """Whether one dependency answers, and who waits for it."""

    def __init__(self, dependency: str, changed: Callable[[], None]) -> None:
        self.dependency = dependency
        self.since = ""
        """RFC 3339 UTC of the first failure; empty while it answers."""
        self.error: Unavailable | None = None
        """What it said last."""
        self._changed = changed
        self._open_since_s = 0.0
        self._failures = 0
        self._waiting: deque[_Waiter] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._is_tried = False

    @property
    def age_s(self) -> float:
        """How long it has been down."""
        return asyncio.get_running_loop().time() - self._open_since_s if self.since else 0.0

    def waiting(self, durable: str) -> int:
        """How many messages of a durable wait here."""
        return sum(waiter.durable == durable for waiter in self._waiting)

    async def wait(self, error: Unavailable, durable: str, *, tried: bool) -> bool:
        """Wait after a failure, ``tried`` when it was this worker's turn.

        True when it is its turn now, False when the dependency answers again.
        """
        self._failed(error, tried=tried)
        waiter = _Waiter(durable, asyncio.get_running_loop().create_future())
        self._waiting.append(waiter)
        self._changed()
        try:
            return await waiter.turn
        except asyncio.CancelledError:
            self._left(waiter)
            raise

    def answered(self) -> None:
        """The dependency answers: all who wait go on."""
        self.since, self.error, self._failures, self._is_tried = "", None, 0, False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for waiter in self._waiting:
            if not waiter.turn.done():
                waiter.turn.set_result(False)
        self._waiting.clear()
        self._changed()

    def gave_up(self) -> None:
        """A try ended without a word about the dependency; somebody else tries."""
        self._is_tried = False
        self._try_in(0.0)

    def _failed(self, error: Unavailable, *, tried: bool) -> None:
        if not self.since:
            self.since, self._open_since_s = now(), asyncio.get_running_loop().time()
        self.error = error
        if tried:
            self._is_tried = False
        if self._is_tried:
            return
        if self._timer is None:
            self._failures += 1
            cap_s = MAX_BUS_PAUSE_S if self.dependency == BUS else MAX_PAUSE_S
            self._try_in(error.delay_s or min(cap_s, backoff_s(self._failures)))
        elif error.delay_s:
            self._try_in(error.delay_s)

    def _try_in(self, delay_s: float) -> None:
        """Let the next one try, not sooner than this and not sooner than arranged before."""
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            if self._timer.when() >= loop.time() + delay_s:
                return
            self._timer.cancel()
        self._timer = loop.call_later(delay_s, self._next_tries)

    def _next_tries(self) -> None:
        self._timer = None
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.turn.done():
                self._is_tried = True
                waiter.turn.set_result(True)
                return
        # Nobody is left to ask, so the next message is the one that finds out.
        self.answered()

    def _left(self, waiter: _Waiter) -> None:
        if waiter in self._waiting:
            self._waiting.remove(waiter)
        elif self._is_tried and not waiter.turn.cancelled() and waiter.turn.result():
            self.gave_up()


class Circuits:
    """The circuits of one process; ``changed`` is set when somebody begins or ends to wait."""

    def __init__(self) -> None:
        self.changed = asyncio.Event()
        self._circuits: dict[str, Circuit] = {}

    def of(self, dependency: str) -> Circuit:
        """The circuit of a dependency."""
        found = self._circuits.get(dependency)
        if found is None:
            found = self._circuits[dependency] = Circuit(dependency, self.changed.set)
        return found

    def states(self) -> dict[str, str]:
        """``ok`` or ``down`` for each dependency that was ever waited for."""
        return {name: "down" if one.since else "ok" for name, one in self._circuits.items()}

    def holding(self, durable: str) -> Circuit | None:
        """The circuit at which most messages of a durable wait."""
        found = [one for one in self._circuits.values() if one.since and one.waiting(durable)]
        return max(found, key=lambda one: one.waiting(durable), default=None)
