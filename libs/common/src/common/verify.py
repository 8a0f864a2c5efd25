"""Refuses to run on a bus that is not as declared (rule N21)."""

from collections.abc import Awaitable, Callable

import structlog

from common import provision
from common.errors import Terminal, Unavailable
from common.runtime import Runtime

log = structlog.get_logger("paperbus")

PATIENCE_S = 30.0
LOOK_EVERY_S = 2.0


async def verified(runtime: Runtime, pause: Callable[[float], Awaitable[None]]) -> None:
    """Return when the bus is as this service needs it, or the service is to stop.

    Raises Terminal when it still is not after 30 seconds. A bus that does not answer is waited for.
    """
    waited = 0.0
    while not runtime.stopping.is_set():
        try:
            found = await provision.differences(runtime.nc, service=runtime.service)
        except Unavailable as error:
            log.warning("waiting", on="nats", error=str(error))
            await pause(LOOK_EVERY_S)
            continue
        if not found:
            return
        what = ", ".join(sorted({f"{d.what}.{d.field}" for d in found})[:5])
        if waited >= PATIENCE_S:
            raise Terminal(f"the bus differs at {what}; run `paperbus topology apply`")
        log.warning("waiting", on="topology", differs=what)
        waited += LOOK_EVERY_S
        await pause(LOOK_EVERY_S)
