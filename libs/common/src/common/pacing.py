"""Many retries, a few at a time, so that what comes in live is not held up."""

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import structlog

from common.errors import Unavailable
from common.ledger import STREAM, Row, decode
from common.retrying import Asked, Retrying, Step
from common.stream import last_of_subjects

if TYPE_CHECKING:
    from nats.js import JetStreamContext

log = structlog.get_logger("paperbus")

LOOK_EVERY_S = 0.1
PAUSE_S = 1.0
PARKED_PATIENCE_S = 60.0
MOST_LOOKED_AT = 500

T = TypeVar("T")


class Ended(NamedTuple):
    """A retry and the row it led to; None when patience ended first."""

    step: Step
    row: Row | None


class Paced:
    """Runs steps with at most ``in_flight`` under way.

    ``patience_s``: give up what is under way when nothing has ended for so long; 0 waits for ever.
    What waits for an object to be made anew holds up nobody else, and is given up a bit sooner.
    """

    def __init__(
        self, js: "JetStreamContext", retrying: Retrying, *, in_flight: int, patience_s: float = 0
    ) -> None:
        self._js = js
        self._retrying = retrying
        self._in_flight = in_flight
        self._patience_s = patience_s

    async def run(self, left: AsyncIterator[Step]) -> AsyncIterator[Ended]:
        """Every step with its end, as they end; a bus that is down is waited for."""
        working: dict[str, Asked] = {}
        parked: dict[str, Asked] = {}
        clock = asyncio.get_running_loop().time
        moved = clock()
        while True:
            await self._fill(working, left)
            if not (working or parked):
                break
            rows = await patiently(functools.partial(self._rows, [*working, *parked]))
            for subject, row in rows.items():
                asked = working.get(subject) or parked[subject]
                if asked.is_over(row):
                    moved = clock()
                    working.pop(subject, None)
                    parked.pop(subject, None)
                    yield Ended(asked.step, row)
                elif asked.is_parked(row) and subject in working:
                    parked[subject] = working.pop(subject)
            patience_s = self._patience_s if working else PARKED_PATIENCE_S
            if patience_s and (working or parked) and clock() - moved > patience_s:
                break
            await asyncio.sleep(LOOK_EVERY_S)
        for asked in [*working.values(), *parked.values()]:
            yield Ended(asked.step, None)
        async for step in left:
            yield Ended(step, None)

    async def _fill(self, working: dict[str, Asked], left: AsyncIterator[Step]) -> None:
        while len(working) < self._in_flight:
            step = await anext(left, None)
            if step is None:
                return
            asked = await patiently(functools.partial(self._retrying.retry, step))
            working[asked.subject] = asked

    async def _rows(self, subjects: list[str]) -> dict[str, Row]:
        if not subjects:
            return {}
        found = await last_of_subjects(self._js, STREAM, subjects[:MOST_LOOKED_AT])
        return {one.subject: decode(one.body) for one in found}


async def each(steps: Iterable[Step]) -> AsyncIterator[Step]:
    """The steps one after the other."""
    for step in steps:
        yield step


async def patiently(work: Callable[[], Awaitable[T]]) -> T:
    """What ``work`` gives; a bus that is away for a while loses nothing."""
    while True:
        try:
            return await work()
        except Unavailable as error:
            log.warning("waiting", on=error.dependency, error=str(error))
            await asyncio.sleep(PAUSE_S)
