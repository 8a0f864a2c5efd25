"""Keeps the readiness of a running service true to the bus (rules N20, K1)."""

import asyncio

from common import provision
from common.errors import Terminal, Unavailable
from common.health import Health
from common.runtime import Runtime

CHECK_EVERY_S = 5.0
STRIKES = 2


async def watch(runtime: Runtime, health: Health) -> None:
    """Look at the durables again and again; ends only by cancelling.

    Raises Terminal when they differ from the declaration twice in a row: the service would wait
    for messages that never come.
    """
    strikes = 0
    while True:
        await asyncio.sleep(CHECK_EVERY_S)
        try:
            found = await provision.differences(runtime.nc, service=runtime.service)
        except Unavailable as error:
            health.report(str(error))
            continue
        strikes = strikes + 1 if found else 0
        health.report(*(f"topology: {d.what}.{d.field}" for d in found), *runtime.problems.values())
        if strikes >= STRIKES:
            what = ", ".join(sorted({d.what for d in found}))
            raise Terminal(f"the bus was changed at {what}; run `paperbus topology apply`")
