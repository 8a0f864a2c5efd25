"""Replays by itself what died of a dependency, once that works again.

A service knows that its work succeeds again by a row it wrote after the letter. Where nothing
else comes to prove it, one letter an hour is tried, and the others follow when it succeeds. No
letter, with all it was replayed as, is tried more than once an hour and three times in all.
"""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from common import metrics, topology
from common.errors import UNREADABLE, ServiceError
from common.ids import now, parse_time
from common.ledger import decode
from common.letters.box import Letters
from common.letters.letter import Letter
from common.letters.replaying import Redrive
from common.letters.which import Which
from common.stream import newest
from common.topology import Consumer

if TYPE_CHECKING:
    from nats.js import JetStreamContext

log = structlog.get_logger("paperbus")

REASONS = ("gave_up",)
"""Ends whose cause was a dependency that failed at every attempt."""
MOST = 3
PAUSE_S = 3600.0
LOOK_EVERY_S = 30.0
MOST_AT_ONCE = 500


def is_due(letter: Letter, at: str, rest_s: float) -> bool:
    """Whether a letter may be tried at ``at``: it has rested, and its tries are not used up."""
    if letter.reason not in REASONS or not letter.replayable or letter.redrives >= MOST:
        return False
    if letter.cut_from_bytes:
        return False  # its replay may be refused, and then it would be tried for ever
    if _age_s(letter.at, at) < rest_s:
        return False
    return not letter.redriven or _age_s(letter.redriven, at) >= PAUSE_S


def may_probe(letters: Iterable[Letter], probed: str, at: str) -> bool:
    """Whether one letter may be tried although nothing shows that the work succeeds again."""
    tried = max([probed, *(letter.redriven for letter in letters)], default="")
    return not tried or _age_s(tried, at) >= PAUSE_S


def _age_s(then: str, at: str) -> float:
    try:
        return float((parse_time(at) - parse_time(_microseconds(then))) / timedelta(seconds=1))
    except ValueError:
        return PAUSE_S


def _microseconds(text: str) -> str:
    """The server writes nanoseconds, which Python does not read."""
    head, _, rest = text.partition(".")
    return f"{head}.{rest.rstrip('Z')[:6]}Z" if rest else text


class Redriver:
    """Looks through the letters of one service every half minute."""

    def __init__(self, service: str, letters: Letters, js: "JetStreamContext", rest_s: float):
        self._service = service
        self._letters = letters
        self._js = js
        self._rest_s = rest_s
        self._after: dict[str, int] = {}
        self._probed: dict[str, str] = {}

    async def run(self) -> None:
        """Look for ever; a bus that is away is asked again later."""
        while True:
            try:
                await self.look(now())
            except ServiceError as error:
                log.warning("redrive_waits", error=str(error))
            await asyncio.sleep(min(LOOK_EVERY_S, self._rest_s))

    async def look(self, at: str) -> int:
        """Replay what may be replayed now; how many."""
        return sum([await self._look(one, at) for one in topology.consumers_of(self._service)])

    async def _look(self, consumer: Consumer, at: str) -> int:
        subject = consumer.event.subject
        after = self._after.get(subject, 0)
        waiting: list[Letter] = []
        async for found in self._letters.find(Which(), subject=subject, after=after):
            after = found.letter.seq
            if found.letter.service == self._service and found.letter.reason in REASONS:
                waiting.append(found.letter)
        # What was looked through and is none of ours needs no second look.
        self._after[subject] = waiting[0].seq - 1 if waiting else after
        due = [one for one in waiting if is_due(one, at, self._rest_s)][:MOST_AT_ONCE]
        chosen = await self._chosen(consumer, waiting, due, at) if due else []
        for one in chosen:
            await self._letters.replay(one.seq, redrive=Redrive(times=one.redrives + 1, at=at))
            metrics.REDRIVEN.labels(self._service).inc()
        if chosen:
            log.info("redriven", on=subject, letters=len(chosen), of=len(waiting))
        return len(chosen)

    async def _chosen(
        self, consumer: Consumer, waiting: list[Letter], due: list[Letter], at: str
    ) -> list[Letter]:
        worked = await self._worked(consumer)
        proven = [one for one in due if one.seq < worked]
        if proven:
            return proven
        if not may_probe(waiting, self._probed.get(consumer.durable, ""), at):
            return []
        self._probed[consumer.durable] = at
        return due[:1]

    async def _worked(self, consumer: Consumer) -> int:
        """Place of the newest row of this work in the log, when it says done; else 0."""
        if consumer.row is None:
            return 0
        pattern = topology.ledger_subject("*", consumer.row)
        found = await newest(self._js, topology.PAPERS, pattern)
        try:
            return found.seq if found and decode(found.body).state == "done" else 0
        except UNREADABLE:
            return 0
