"""Pauses this service's durables on the server while what they need is down.

A pause is short and renewed, so one left by a process that died ends by itself. It burns nothing:
messages in hand wait where they are, the others stay in the stream.

Several replicas share a durable, and only one of them may have lost its network. So a replica
pauses only when all that time nobody settled a message; one that has nothing in hand lifts a
pause to see for itself, and fails and waits like the others if the dependency really is down;
and whoever finds its pause lifted leaves the durable alone for a while. One replica's own trouble
therefore stops the others for seconds at most, then keeps no more than what it holds in its hands.
A pause longer than ours was made by a person and is left alone; but one made by a switch of the
operator holds as long as the switch is off, and only that long, whatever happens meanwhile.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import structlog
from nats.errors import Error as NatsError

from common.circuits import Circuit, Circuits
from common.pauses import (
    PAUSE_S,
    SWITCHED_OFF,
    end_of,
    is_ours,
    is_switched_off,
    remaining_s,
)
from common.topology import Consumer

if TYPE_CHECKING:
    from nats.js import JetStreamContext
    from nats.js.api import ConsumerInfo

log = structlog.get_logger("paperbus")

LOOK_EVERY_S = 2.0
STILL_S = 2.0
"""How long nobody may have settled a message before a durable is paused."""
RENEW_BELOW_S = 8.0
YIELD_S = 60.0
ASK_S = 2.0


class Hands(Protocol):
    """What a boundary tells about its messages."""

    @property
    def consumer(self) -> Consumer:
        """Its durable."""

    @property
    def in_work(self) -> int:
        """How many messages it has in hand."""


class _Durable:
    """What is known about one durable."""

    def __init__(self, hands: Hands) -> None:
        self.hands = hands
        self.consumer = hands.consumer
        self.ours_until_s = 0.0
        """When the pause this process made last ends by itself; 0 when it made none."""
        self.yields_until_s = 0.0
        self._settled = -1
        self._moved_s = 0.0

    def still_for_s(self, info: "ConsumerInfo", now_s: float) -> float:
        """How long nobody, in whatever process, has settled a message."""
        delivered = info.delivered.consumer_seq if info.delivered else 0
        settled = delivered - (info.num_ack_pending or 0)
        if settled != self._settled:
            self._settled, self._moved_s = settled, now_s
        return now_s - self._moved_s


class Pausing:
    """Looks after the pauses of one process."""

    def __init__(
        self,
        js: "JetStreamContext",
        circuits: Circuits,
        hands: Sequence[Hands],
        is_off: Callable[[Consumer], bool] = lambda _: False,
    ) -> None:
        self._js = js
        self._circuits = circuits
        self._is_off = is_off
        self._durables = [_Durable(one) for one in hands]

    async def run(self) -> None:
        """Look again and again; ends only by cancelling."""
        while True:
            self._circuits.changed.clear()
            await self.look()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._circuits.changed.wait(), LOOK_EVERY_S)

    async def look(self) -> None:
        """Look at every durable once."""
        for durable in self._durables:
            try:
                await self._look(durable)
            except (NatsError, TimeoutError) as error:
                log.debug("cannot_pause", durable=durable.consumer.durable, error=repr(error))

    async def _look(self, durable: _Durable) -> None:
        consumer = durable.consumer
        info = await self._js.consumer_info(consumer.stream, consumer.durable, timeout=ASK_S)
        if self._is_off(consumer) or is_switched_off(info):
            await self._switch(durable, info)
            return
        now_s = asyncio.get_running_loop().time()
        still_s = durable.still_for_s(info, now_s)
        circuit = self._circuits.holding(consumer.durable)
        if not is_ours(info):
            durable.ours_until_s = 0.0
        elif circuit is None:
            await self._lift(durable, info)
        elif _may_hold(durable, remaining_s(info), now_s, still_s=min(still_s, circuit.age_s)):
            await self._hold(durable, circuit, now_s)

    async def _switch(self, durable: _Durable, info: "ConsumerInfo") -> None:
        """Hold the durable back as long as its switch is off."""
        place = (durable.consumer.stream, durable.consumer.durable)
        durable.ours_until_s = 0.0
        if not self._is_off(durable.consumer):
            await self._js.resume_consumer(*place, timeout=ASK_S)
            log.warning("switched_on", durable=durable.consumer.durable)
        elif not is_switched_off(info):
            await self._js.pause_consumer(*place, f"{SWITCHED_OFF}Z", timeout=ASK_S)
            log.warning("switched_off", durable=durable.consumer.durable)

    async def _lift(self, durable: _Durable, info: "ConsumerInfo") -> None:
        curious = durable.hands.in_work == 0 and bool(info.num_pending)
        if info.paused and (durable.ours_until_s or curious):
            consumer = durable.consumer
            await self._js.resume_consumer(consumer.stream, consumer.durable, timeout=ASK_S)
            log.info("resumed", durable=consumer.durable)
        durable.ours_until_s = 0.0

    async def _hold(self, durable: _Durable, circuit: Circuit, now_s: float) -> None:
        consumer = durable.consumer
        error = circuit.error
        dependency = error.dependency if error else circuit.dependency
        end = end_of(dependency, circuit.since, datetime.now(UTC))
        await self._js.pause_consumer(consumer.stream, consumer.durable, end, timeout=ASK_S)
        if not durable.ours_until_s:
            log.warning("paused", durable=consumer.durable, on=dependency)
        durable.ours_until_s = now_s + PAUSE_S - 1


def _may_hold(durable: _Durable, left_s: float, now_s: float, *, still_s: float) -> bool:
    if not left_s and now_s < durable.ours_until_s:  # somebody lifted it, so others get on
        durable.ours_until_s = 0.0
        durable.yields_until_s = now_s + YIELD_S
    if now_s < durable.yields_until_s or left_s > RENEW_BELOW_S:
        return False
    return left_s > 0 or still_s >= STILL_S
