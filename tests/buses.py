"""What tests do on the bus of a server of their own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import msgspec

from common import consuming
from common.boundary import Boundary
from common.bus import Fact
from common.handlers import Handlers
from common.ledger import Ledger
from common.runtime import Runtime, connect
from common.settings import BusSettings, RuntimeSettings
from servers import Nats

if TYPE_CHECKING:
    from nats.js import JetStreamContext


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a runtime needs."""

    bus: BusSettings
    runtime: RuntimeSettings = RuntimeSettings()


def settings_of(url: str) -> Settings:
    """For an address that no server of ours has."""
    return Settings(bus=BusSettings(nats_url=url))


@asynccontextmanager
async def connected(nats: Nats, name: str = "test", *, user: str = "") -> AsyncIterator[Runtime]:
    """The runtime of a service, or of a tool; by the key of ``user`` where the server asks."""
    async with connect(name, Settings(bus=nats.settings(user))) as runtime:
        yield runtime


@asynccontextmanager
async def working(nats: Nats, handlers: Handlers, *, user: str = "") -> AsyncIterator[Boundary]:
    """A service at work on a connection of its own; the boundary of its first durable."""
    broker = consuming.broker_for(nats.settings(user), handlers.service)
    js = (await broker.connect()).jetstream()
    ledger = Ledger(js)
    made = [Boundary(handlers.service, one, ledger, js) for one in handlers.bindings]
    consuming.bind(
        broker, [(one, at.workers) for one, at in zip(made, handlers.bindings, strict=True)]
    )
    await broker.start()
    try:
        yield made[0]
    finally:
        for boundary in made:
            boundary.stopping.set()
        await until_connected(js)
        await broker.stop()


async def until_connected(js: "JetStreamContext") -> None:
    """A connection that looks for its server cannot be drained."""
    async with asyncio.timeout(30):
        while js._nc.is_reconnecting:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def log_of(runtime: Runtime, subject: str = "") -> list[Fact]:
    """All that the stream of papers holds, or what it holds on one subject."""
    last = await runtime.bus.last_seq()
    found = [await runtime.bus.get(seq) for seq in range(1, last + 1)]
    return [fact for fact in found if fact is not None and subject in ("", fact.subject)]


async def until(check: Callable[[], Awaitable[bool]], what: str, *, seconds: float = 60) -> None:
    """Wait for something on the bus; TimeoutError says what did not come."""
    try:
        async with asyncio.timeout(seconds):
            while not await check():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    except TimeoutError as error:
        raise TimeoutError(what) from error
