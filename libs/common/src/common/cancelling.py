"""Cancelling that gets through."""

import asyncio
from typing import Any

AGAIN_S = 2.0


async def ended(*tasks: "asyncio.Future[Any]") -> None:
    """Cancel tasks until all have ended; what they end with is nobody's any more.

    Python 3.11 loses a cancel that comes in ``wait_for`` just as what it awaits ends, and the task
    goes on as if nothing had been said.
    """
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=AGAIN_S)
    for task in tasks:
        if not task.cancelled():
            task.exception()
