"""All the messages a service takes: its boundaries, and how they end."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog
from nats.errors import Error as NatsError

from common import broker as brokers
from common import metrics
from common.boundary import Boundary
from common.controls.flags import pausing
from common.handlers import Handlers
from common.pausing import Pausing
from common.runtime import Runtime
from common.stopping import Stop

log = structlog.get_logger("paperbus")

LOOK_EVERY_S = 0.05
FLUSH_S = 2
GIVE_BACK_S = 1.5


class Taking:
    """Takes the messages of all handlers; ``workers`` over 0 counts instead of their own."""

    def __init__(self, runtime: Runtime, handlers: Handlers | None, *, workers: int) -> None:
        self._nc = runtime.nc
        self._stopping = runtime.stopping
        circuits = runtime.circuits
        bindings = handlers.bindings if handlers else []
        self._pairs = [
            (
                Boundary(runtime.service, binding, runtime.ledger, runtime.js, circuits=circuits),
                workers or binding.workers,
            )
            for binding in bindings
        ]
        self._boundaries = [boundary for boundary, _ in self._pairs]
        for boundary in self._boundaries:
            metrics.begin(boundary.service, boundary.consumer.event.subject)
        is_on = runtime.controls.is_on
        self._pausing = Pausing(
            runtime.js,
            circuits,
            self._boundaries,
            lambda consumer: not all(is_on(flag.name) for flag in pausing(consumer)),
        )

    async def start(self, broker: brokers.Broker) -> None:
        """Begin to take; what is switched off is held back before."""
        await self._pausing.look()
        await brokers.start(broker, self._pairs, self._stopping)

    async def look(self) -> None:
        """Pause and resume the durables as needed; ends only by cancelling."""
        await self._pausing.run()

    async def stop(self, broker: brokers.Broker, stop: Stop) -> None:
        """Take nothing more, end what is in work within the grace, and give back the rest."""
        for boundary in self._boundaries:
            boundary.stopping.set()
        with suppress(OSError, NatsError, TimeoutError):
            await asyncio.wait_for(brokers.stop_taking(broker, self._nc), FLUSH_S)
        if not await self._idle(lambda: stop.left_s):
            log.warning("grace_is_over", in_work=self._in_work)
            for boundary in self._boundaries:
                boundary.give_back()
            until = asyncio.get_running_loop().time() + GIVE_BACK_S
            await self._idle(lambda: until - asyncio.get_running_loop().time())
        with suppress(OSError, NatsError, TimeoutError):
            if self._boundaries and self._nc.is_connected:
                await self._nc.flush(FLUSH_S)

    @property
    def _in_work(self) -> int:
        return sum(boundary.in_work for boundary in self._boundaries)

    async def _idle(self, left_s: Callable[[], float]) -> bool:
        while self._in_work:
            if left_s() <= 0:
                return False
            await asyncio.sleep(LOOK_EVERY_S)
        return True
