"""The version of what is kept: which layout the data has, and which one this software needs.

KV ``operations``, key ``state.version``; `paperbus migrate` raises it. Data that does not say is
of the first version, or new.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import msgspec
import structlog

from common.errors import UNREADABLE, Terminal, Unavailable
from common.ids import now
from common.kv import Kv, key
from common.runtime import Runtime
from common.version import VERSION

if TYPE_CHECKING:
    from nats.js import JetStreamContext

log = structlog.get_logger("paperbus")

LOOK_EVERY_S = 2.0
BUCKET = "operations"
KEY = key("state", "version")
FIRST = 1
NEEDED = 1
"""What this software needs; a step in ``cli.migrate.steps`` leads to each."""


class State(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which layout the data has, since when, and the software that made it so."""

    version: int
    at: str = ""
    software: str = ""


async def read(js: "JetStreamContext") -> int:
    """The version of the data. Raises Unavailable, Terminal."""
    entry = await Kv(js, BUCKET).get(KEY)
    if entry is None:
        return FIRST
    try:
        return msgspec.json.decode(entry.value, type=State).version
    except UNREADABLE as error:
        raise Terminal(f"{KEY} cannot be read: {error}", reason="state_version") from error


async def write(js: "JetStreamContext", version: int) -> None:
    """State that the data has this version now. Raises Unavailable."""
    state = State(version=version, at=now(), software=VERSION)
    await Kv(js, BUCKET).put(KEY, msgspec.json.encode(state))


def problem(version: int, needed: int = NEEDED) -> str:
    """Why this software cannot work on data of ``version``, and the mend; empty when it can."""
    if version == needed:
        return ""
    if version < needed:
        return f"the data has version {version}, {needed} is needed; run `paperbus migrate run`"
    return (
        f"the data has version {version}, this software knows {needed}; use the newer software, "
        "or restore the backup made before with `paperbus backup restore`"
    )


async def matched(
    runtime: Runtime,
    report: Callable[[str], None],
    pause: Callable[[float], Awaitable[None]],
    needed: int = NEEDED,
) -> None:
    """Return when the data is as this service needs it, or the service is to stop.

    Until then nothing is taken, and ``report`` is told why: the service is not ready.
    """
    while not runtime.stopping.is_set():
        try:
            words = problem(await read(runtime.js), needed)
        except (Unavailable, Terminal) as error:
            words = str(error)
        if not words:
            return
        report(words)
        log.warning("waiting", on="state", problem=words)
        await pause(LOOK_EVERY_S)
