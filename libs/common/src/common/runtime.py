"""What a service may use of the bus."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from nats.aio.client import Client

from common import connection
from common.bus import Bus
from common.circuits import Circuits
from common.controls.watch import Controls
from common.kv import Kv
from common.ledger import Ledger
from common.settings import BusSettings, RuntimeSettings
from common.version import VERSION


class RunnableSettings(Protocol):
    """Settings of any service: its own, and these two blocks."""

    @property
    def bus(self) -> BusSettings:
        """Where the bus is."""

    @property
    def runtime(self) -> RuntimeSettings:
        """How to run."""


class Runtime:
    """Bus, ledger and buckets over one connection."""

    def __init__(self, service: str, nc: Client) -> None:
        self.service = service
        self.version = VERSION
        self.nc = nc
        self.js = nc.jetstream()
        self.bus = Bus(nc, self.js)
        self.ledger = Ledger(self.js)
        self.stopping = asyncio.Event()
        self.problems: dict[str, str] = {}
        """Anything a service adds here keeps it from being ready."""
        self.circuits = Circuits()
        """Which dependencies the work waits for."""
        self.controls = Controls(service, nc, self.js)
        """What the operator switched off."""
        self.papers: int | None = None
        """How many papers there are, where the service knows it."""

    def kv(self, bucket: str) -> Kv:
        """One key-value bucket."""
        return Kv(self.js, bucket)


@asynccontextmanager
async def connect(service: str, settings: RunnableSettings) -> AsyncIterator[Runtime]:
    """A Runtime without consumers, for one-shot commands; raises Unavailable at once."""
    async with connection.client(settings.bus, service) as nc:
        yield Runtime(service, nc)
