"""Work that waits in place while a dependency is down, so that no attempt is burnt."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import structlog

from common import metrics
from common.circuits import MAX_PAUSE_S, Circuit, Circuits
from common.errors import Unavailable
from common.settle import backoff_s

log = structlog.get_logger("paperbus")

T = TypeVar("T")


class Patience:
    """How one message of a durable waits; a stop ends the wait."""

    def __init__(self, circuits: Circuits, durable: str, stopping: asyncio.Event) -> None:
        self._circuits = circuits
        self._durable = durable
        self._stopping = stopping

    async def until_done(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """What ``attempt`` gives, tried again for as long as something is down.

        Raises Unavailable only when the service stops, and whatever else the attempt raises.
        """
        met: Circuit | None = None
        tries = False
        while True:
            says_nothing = False
            try:
                return await attempt()
            except Unavailable as error:
                says_nothing = True
                circuit, failure = self._circuits.of(error.dependency), error
            except (TimeoutError, asyncio.CancelledError):
                says_nothing = True
                if met is not None and tries:
                    met.gave_up()
                raise
            finally:
                # Another error, too, is an answer of what was down before.
                if met is not None and not says_nothing:
                    met.answered()
            if met is not None and met is not circuit:
                met.answered()
                tries = False
            met = circuit
            metrics.WAITS.labels(failure.dependency).inc()
            log.warning("waiting", on=failure.dependency, error=str(failure))
            tries = await self._turn(circuit, failure, tried=tries)

    async def _turn(self, circuit: Circuit, error: Unavailable, *, tried: bool) -> bool:
        turn = asyncio.create_task(circuit.wait(error, self._durable, tried=tried))
        stop = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait((turn, stop), return_when=asyncio.FIRST_COMPLETED)
            if not turn.done():
                raise error
            return turn.result()
        finally:
            turn.cancel()
            stop.cancel()


async def until_stored(store: Callable[[], Awaitable[bool]], stopping: asyncio.Event) -> bool:
    """Try until it is stored, for it has no other place; False when the service stops."""
    failures = 0
    while not await store():
        failures += 1
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), min(MAX_PAUSE_S, backoff_s(failures)))
            return False
    return True
