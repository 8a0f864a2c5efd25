"""Keeps the readiness of a running service true to the bus (rules N20, K1).

One look that fails does not count yet (``common.steady``): a bus that is elected anew or restarted
is back before anybody should be sent elsewhere. A bus that hangs is told of within 15 seconds.
"""

import asyncio

from common import provision
from common.errors import Terminal, Unavailable
from common.health import Health
from common.runtime import Runtime

CHECK_EVERY_S = 5.0
AGAIN_S = 1.0
"""A look that failed is soon followed by another."""
LOOK_S = 4.0
STRIKES = 2


async def watch(runtime: Runtime, health: Health) -> None:
    """Look at the durables again and again; ends only by cancelling.

    Raises Terminal when they differ from the declaration twice in a row: the service would wait
    for messages that never come.
    """
    strikes, pause_s = 0, CHECK_EVERY_S
    _tell(runtime, health, nats="ok")
    while True:
        await asyncio.sleep(pause_s)
        try:
            found = await _differences(runtime)
        except Unavailable as error:
            _tell(runtime, health, nats="down")
            health.look(str(error))
            pause_s = AGAIN_S
            continue
        pause_s = CHECK_EVERY_S
        _tell(runtime, health, nats="ok")
        strikes = strikes + 1 if found else 0
        if found:  # this does not pass by itself, so it counts at once
            health.report(*(f"topology: {d.what}.{d.field}" for d in found))
        else:
            health.look(*runtime.problems.values())
        if strikes >= STRIKES:
            what = ", ".join(sorted({d.what for d in found}))
            raise Terminal(f"the bus was changed at {what}; run `paperbus topology apply`")


async def _differences(runtime: Runtime) -> list[provision.Difference]:
    if not runtime.nc.is_connected:
        raise Unavailable("nats", "not connected")
    try:
        async with asyncio.timeout(LOOK_S):
            return await provision.differences(runtime.nc, service=runtime.service)
    except TimeoutError as error:
        raise Unavailable("nats", f"no answer within {LOOK_S:.0f} s") from error


def _tell(runtime: Runtime, health: Health, *, nats: str) -> None:
    health.deps = {**runtime.circuits.states(), "nats": nats}
    health.papers = runtime.papers
