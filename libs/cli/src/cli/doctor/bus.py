"""The bus itself: its clock, and how full each stream and bucket is."""

import asyncio
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec
from nats.errors import Error as NatsError

from cli.backup.order import declared
from cli.doctor import clock
from cli.doctor.finding import Finding, Level
from common import topology
from common.errors import Unavailable
from common.ids import parse_time
from common.runtime import Runtime

WARN, BAD = 0.8, 0.95
ASK_S = 3.0


class Size(msgspec.Struct, frozen=True):
    """The part of the server's answer used here."""

    class State(msgspec.Struct, frozen=True):
        """What it holds."""

        bytes: int = 0

    class Config(msgspec.Struct, frozen=True):
        """What it may hold, and what it does then."""

        max_bytes: int = -1
        discard: str = "old"

    state: State = State()
    config: Config = Config()
    ts: str = ""
    """The server's time."""


class Asked(NamedTuple):
    """An answer, and our own times of asking and of being answered."""

    name: str
    size: Size
    between: tuple[datetime, datetime]


async def look(runtime: Runtime) -> list[Finding]:
    """All streams and buckets."""
    answers = await asyncio.gather(*(_info(runtime, name) for name in declared()))
    found = [fullness(one.name, one.size) for one in answers]
    clocks = [one for one in answers if one.size.ts]
    if clocks:
        off = max(clock.off_s(parse_time(one.size.ts), one.between) for one in clocks)
        found.append(clock.judged("nats", off))
    return found


async def _info(runtime: Runtime, name: str) -> Asked:
    asked = datetime.now(UTC)
    try:
        answer = await runtime.nc.request(f"$JS.API.STREAM.INFO.{name}", b"", timeout=ASK_S)
    except (NatsError, TimeoutError) as error:
        raise Unavailable("nats", f"JetStream does not tell of {name}") from error
    size = msgspec.json.decode(answer.data, type=Size)
    return Asked(name, size, (asked, datetime.now(UTC)))


def fullness(name: str, size: Size) -> Finding:
    """How full, and what happens when it is; pure."""
    most = size.config.max_bytes
    share = size.state.bytes / most if most > 0 else 0.0
    refuses = size.config.discard == "new"
    level: Level = "ok"
    if share >= WARN and refuses:
        level = "unhealthy" if share >= BAD else "degraded"
    says = f"{share:.0%} of {most // topology.MIB} MiB" if most > 0 else "has no limit"
    if level != "ok":
        says += "; when it is full the server refuses what is new"
    mend = "" if level == "ok" else "paperbus storage analyze"
    return Finding(check="bus", about=name, level=level, says=says, mend=mend)
