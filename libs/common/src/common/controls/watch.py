"""Keeps a running service at what the operator set in KV ``controls``.

An ephemeral reader of the bucket wakes it; then it reads the bucket as a whole, which holds a few
keys. So nothing is asked while nothing changes, but for one look in a while whether the reader has
missed something, as one whose server was lost might.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import Error as JetStreamError

from common import ids
from common.controls.flags import BY_NAME, FLAGS
from common.controls.levels import LEVELS
from common.controls.record import BUCKET, InForce, in_force, kept
from common.errors import ServiceError
from common.kv import Kv

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.js import JetStreamContext

log = structlog.get_logger("paperbus")

LOOK_EVERY_S = 1.0
"""How often it is looked whether the connection is another one; that asks nobody."""
ASK_EVERY_S = 30.0
AGAIN_S = 2.0
KEPT_WITHOUT_US_S = 60.0


class Controls:
    """What is in force in this process; everything as at first until it was read."""

    def __init__(
        self,
        service: str,
        nc: "Client",
        js: "JetStreamContext",
        now: Callable[[], str] = ids.now,
    ) -> None:
        self._service = service
        self._nc = nc
        self._js = js
        self._kv = Kv(js, BUCKET)
        self._now = now
        self._revision = 0
        self._in_force = InForce()

    def is_on(self, name: str) -> bool:
        """Whether a switch is on; raises KeyError for one that is not declared."""
        return _is_on(self._in_force, name)

    async def read(self) -> None:
        """Take over what is set now; raises Unavailable."""
        self._revision = await self._kv.revision()
        found = [one for name, at in await self._kv.items() if (one := kept(name, at.value))]
        self._take(in_force(found, self._service, self._now()))

    async def follow(self) -> None:
        """Take over every change; ends only by cancelling."""
        while True:
            try:
                await self._follow()
            except (ServiceError, NatsError, JetStreamError, TimeoutError, OSError) as error:
                log.debug("controls_unread", error=str(error) or repr(error))
                await asyncio.sleep(AGAIN_S)

    async def _follow(self) -> None:
        """Until the reader may have missed something."""
        connections = self._nc.stats["reconnects"]
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.NEW,
            ack_policy=AckPolicy.NONE,
            headers_only=True,
            mem_storage=True,
            num_replicas=1,
            inactive_threshold=KEPT_WITHOUT_US_S,
        )
        changes = await self._js.subscribe(f"$KV.{BUCKET}.>", stream=f"KV_{BUCKET}", config=config)
        try:
            await self.read()
            looked_s = time.monotonic()
            while self._nc.stats["reconnects"] == connections:
                try:
                    await changes.next_msg(self._wait_s())
                    await self.read()
                except TimeoutError:
                    if self._is_over():
                        await self.read()
                    if time.monotonic() - looked_s > ASK_EVERY_S:
                        looked_s = time.monotonic()
                        if await self._kv.revision() != self._revision:
                            return
        finally:
            if self._nc.is_connected:
                await changes.unsubscribe()

    def _is_over(self) -> bool:
        return bool(self._in_force.until) and self._in_force.until <= self._now()

    def _wait_s(self) -> float:
        """Until something ends by itself, and not for ever."""
        if not self._in_force.until:
            return LOOK_EVERY_S
        left = datetime.fromisoformat(self._in_force.until) - datetime.fromisoformat(self._now())
        return min(LOOK_EVERY_S, max(0.05, left.total_seconds()))

    def _take(self, found: InForce) -> None:
        before, self._in_force = self._in_force, found
        if found.levels != before.levels:
            LEVELS.change(found.levels)
            log.warning("log_levels", set=dict(found.levels))
        for flag in FLAGS:
            is_on = self.is_on(flag.name)
            if flag.service == self._service and is_on != _is_on(before, flag.name):
                log.warning("switched", flag=flag.name, on=is_on)


def _is_on(found: InForce, name: str) -> bool:
    return found.flags.get(name, BY_NAME[name].default)
