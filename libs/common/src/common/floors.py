"""How far each durable is: noted before a stream is cut, and put back after it is restored."""

from typing import TYPE_CHECKING

import msgspec

from common import topology
from common.advisories import REAPERS, Reaper
from common.snapshots import asked
from common.topology import Consumer

if TYPE_CHECKING:
    from nats.aio.client import Client


class Floor(msgspec.Struct, frozen=True, kw_only=True):
    """Up to which sequence a durable has settled everything."""

    stream: str
    durable: str
    seq: int


async def floors(nc: "Client") -> list[Floor]:
    """Where every durable stands; one that is missing is left out."""
    found = []
    for one in _durables():
        answer = await asked(nc, f"CONSUMER.INFO.{one.stream}.{one.durable}", {})
        if answer is not None:
            seq = int(answer["ack_floor"]["stream_seq"])
            found.append(Floor(stream=one.stream, durable=one.durable, seq=seq))
    return found


async def takers(nc: "Client") -> list[str]:
    """The durables that somebody asks for messages at this moment."""
    found = []
    for one in _durables():
        answer = await asked(nc, f"CONSUMER.INFO.{one.stream}.{one.durable}", {})
        if answer is not None and answer.get("num_waiting"):
            found.append(one.durable)
    return found


async def set_floor(nc: "Client", floor: Floor) -> None:
    """Let a durable go on behind its floor; an older server leaves it at the beginning."""
    place = f"{floor.stream}.{floor.durable}"
    if floor.seq:
        await asked(nc, f"CONSUMER.RESET.{place}", {"seq": floor.seq + 1})


def _durables() -> tuple[Consumer | Reaper, ...]:
    return (*topology.CONSUMERS, *REAPERS)
