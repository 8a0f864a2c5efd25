"""The operator's worker put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cli.census.wiring import counting
from cli.operate import handlers
from cli.schedule.own import publish
from cli.settings import Settings
from common.runtime import Runtime
from common.service import Wired


@asynccontextmanager
async def wire(runtime: Runtime, settings: Settings) -> AsyncIterator[Wired]:
    """What the runtime runs."""
    await publish(runtime.bus, settings.schedules)
    async with counting(runtime, settings) as count:
        yield Wired(handlers=handlers.table(runtime, settings), tasks=(count,))
